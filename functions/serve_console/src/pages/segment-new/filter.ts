/* A filter of the list of customers, as it is in the address: the query of the list. */
import { api, data, once } from "#core";

/** The condition of a segment that selects whom these filters list. */
export async function convert(filter: string, signal: AbortSignal): Promise<unknown> {
  const body = { filter: bodyOf(new URLSearchParams(filter)) };
  return (await data(api.POST("/v1/segments/from-filter", { body, headers: once(), signal }))).condition;
}

const bodyOf = (filter: URLSearchParams): Record<string, string> =>
  Object.fromEntries([...new Set(filter.keys())].map((name) => [name, filter.getAll(name).join(",")]));

/** The filter without these; empty if nothing is left. */
export function without(filter: string, names: string[]): string {
  const rest = new URLSearchParams(filter);
  for (const name of names) rest.delete(name);
  return rest.toString();
}
