/*
 * What several pages read and people seldom change: tags, lists, attributes, segments. Each is read once, and again after
 * a minute or when a page that changes it says so.
 */
import type { ApiError } from "./errors";
import { session } from "../caller";
import { useLoad } from "./useLoad";

const KEPT_FOR = 60_000;
const kept = new Map<string, { at: number; data: Promise<unknown> }>();
session.subscribe(() => kept.clear());

/** Reads something that is kept for all pages under the name. A failure is not kept. */
export function shared<T>(name: string, read: () => Promise<T>): Promise<T> {
  const found = kept.get(name);
  if (found && Date.now() - found.at < KEPT_FOR) return found.data as Promise<T>;
  const data = read();
  kept.set(name, { at: Date.now(), data });
  data.catch((_: ApiError) => kept.delete(name));
  return data;
}

/** Reads it again the next time: it was changed. */
export const forget = (name: string): boolean => kept.delete(name);

/** `useLoad` of what is kept: `useShared("tags", () => data(api.GET("/v1/tags")))`. */
export const useShared = <T>(name: string, read: () => Promise<T>) => useLoad(() => shared(name, read), [name]);
