import { type Model, api, data } from "#core";

const LIMIT = 10;

/** Customers found by the beginning of a name, an e-mail address or a company, or by an exact id or phone. */
export async function find(text: string, signal: AbortSignal): Promise<Model["ProfileCard"][]> {
  if (!text) return [];
  const { results } = await data(api.GET("/v1/search", { params: { query: { q: text, limit: LIMIT } }, signal }));
  return results.map(({ profile }) => profile);
}
