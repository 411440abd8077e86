import { ApiError, type Model, api, forget, tagged } from "#core";
import { segment as texts } from "#texts/segment";

/** A segment with the version that was read. */
export interface Shown {
  segment: Model["Segment"];
  etag: string | undefined;
}

/** Sends a change of a segment and answers what it is now. */
export async function change({ segment, etag }: Shown, body: object): Promise<Shown> {
  const headers = etag ? { "If-Match": etag } : {};
  const sent = await tagged(api.PATCH("/v1/segments/{id}", { params: { path: { id: segment.id } }, body: body as never, headers }));
  forget("segments");
  if ("name" in sent.data) return { segment: sent.data, etag: sent.etag };
  // A key without the scope to read segments gets ids only; this page is not shown to it.
  throw new ApiError(403, "forbidden", texts.title);
}
