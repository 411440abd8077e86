import { type ApiError, type Model, api, data, useEffect, useInterval, useLoad, useState } from "#core";

const EVERY = 3_000;
const KEPT = 200;
const AT_ONCE = 50;

/** An event that was accepted or rejected, newest ones first. */
export interface Arrived {
  id: string;
  name: string;
  /** Track, page...; null where it is the name. */
  type: string | null;
  receivedAt: string;
  /** The id of the customer; null for what was rejected. */
  customer: string | null;
  rejection: { code: string; message: string; source: string } | null;
  content: unknown;
}

interface Events {
  /** Undefined while they are read for the first time. */
  items: Arrived[] | undefined;
  error: ApiError | undefined;
  reload: () => void;
}

/** The newest events of a source. While the page is open, those that the API no longer lists stay, up to a bound. */
export function useEvents(source: string, paused: boolean): Events {
  const [items, setItems] = useState<Arrived[]>();
  const page = useLoad((signal) => newest(source, signal), [source]);
  useInterval(page.reload, paused ? null : EVERY);
  useEffect(() => {
    const read = page.data;
    if (read) setItems((former) => merged(read, former ?? []));
  }, [page.data]);
  return { items, error: page.error, reload: page.reload };
}

async function newest(id: string, signal: AbortSignal): Promise<Arrived[]> {
  const params = { path: { id }, query: { limit: AT_ONCE } };
  const { events, customers, rejected } = await data(api.GET("/v1/sources/{id}/events", { params, signal }));
  return [...events.map((event) => accepted(event, customers)), ...(rejected ?? []).map(refused)];
}

const accepted = (event: Model["Activity"], customers: Record<string, string>): Arrived => ({
  id: `${event.profile_id} ${event.id}`,
  name: event.name ?? event.type,
  type: event.name ? event.type : null,
  receivedAt: event.received_at,
  customer: customers[event.profile_id] ?? event.profile_id,
  rejection: null,
  content: event,
});

const refused = (one: Model["Rejected"]): Arrived => ({
  id: one.id,
  name: nameIn(one.content) ?? one.type,
  type: nameIn(one.content) ? one.type : null,
  receivedAt: one.received_at,
  customer: null,
  rejection: { code: one.code, message: one.message, source: one.source },
  content: one.content,
});

function nameIn(content: unknown): string | null {
  if (typeof content !== "object" || content === null || !("event" in content)) return null;
  return typeof content.event === "string" && content.event ? content.event : null;
}

function merged(read: Arrived[], former: Arrived[]): Arrived[] {
  const known = new Set(read.map(({ id }) => id));
  return [...read, ...former.filter(({ id }) => !known.has(id))]
    .sort((one, other) => other.receivedAt.localeCompare(one.receivedAt))
    .slice(0, KEPT);
}
