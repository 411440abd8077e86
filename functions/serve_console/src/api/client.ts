import createClient from "openapi-fetch";
import type { components, paths } from "#schema";
import { callersKey, expire } from "../caller";
import { API } from "../app/addresses";
import { ApiError, errorOf } from "./errors";

/** The models of the OpenAPI document: `Model["Profile"]`. */
export type Model = components["schemas"];

/** The API: `data(api.GET("/v1/profiles/{id}", { params: { path: { id } } }))`. Paths, parameters and bodies are typed. */
export const api = createClient<paths>({ baseUrl: API, fetch: send });

async function send(request: Request): Promise<Response> {
  request.headers.set("authorization", `Bearer ${callersKey()}`);
  const response = await fetch(request).catch((error: unknown) => {
    if (request.signal.aborted) throw error;
    throw new ApiError(0, "unreachable", "");
  });
  if (response.status === 401) expire();
  if (!response.ok) throw await errorOf(response);
  return response;
}

interface Sent<T> {
  data?: T;
  response: Response;
}

/** Waits for an answer and returns its body. Throws ApiError. */
export async function data<T>(sent: Promise<Sent<T>>): Promise<T> {
  return (await sent).data as T;
}

/** Waits for an answer and returns its body with its ETag, to send back as `If-Match`. Throws ApiError. */
export async function tagged<T>(sent: Promise<Sent<T>>): Promise<{ data: T; etag: string | undefined }> {
  const { data: body, response } = await sent;
  return { data: body as T, etag: response.headers.get("etag") ?? undefined };
}

/** What sends a change only to the version that was read, as the API returns it in `ETag`. */
export const etagOf = ({ id, version }: { id: string; version: number }): string => `"${encodeURIComponent(id)}.${version}"`;

/** A header that makes it safe to send a POST again: the API performs it once. */
export function once(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": crypto.randomUUID() };
}
