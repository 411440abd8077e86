import type { Model } from "#core";
import { textOf } from "../filters/names";
import { sortInQuery } from "../useCustomers";

/** The query of the address that shows a saved view: its filters by name, its kind and its order. */
export function queryOf({ filter, sort }: Pick<Model["SavedView"], "filter" | "sort">): string {
  const { kind = "all", ...filters } = filter;
  const query = new URLSearchParams();
  if (kind !== "recognised") query.set("kind", String(kind));
  const order = sortInQuery(sort);
  if (order) query.set("sort", order);
  for (const [name, value] of Object.entries(filters).sort(([one], [other]) => one.localeCompare(other))) {
    query.set(name, Array.isArray(value) ? (textOf(value.map(String)) ?? "") : String(value));
  }
  const text = query.toString();
  return text && `?${text}`;
}
