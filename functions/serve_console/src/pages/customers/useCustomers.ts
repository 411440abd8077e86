import { type Model, type Pages, api, data, known, usePages, useState } from "#core";
import { type Filter, filterOf } from "./filters/names";

export type Card = Model["ProfileCard"];
export type Kind = "all" | Card["kind"];

const BY_ACTIVITY = "-last_activity";
const PAGE = 50;
const KINDS = ["recognised", "anonymous", "all", "deleted"] as const satisfies readonly Kind[];
/** The orders of the API. */
export const SORTS = ["last_activity", "created", "last_transaction", "name", "email"].flatMap((name) => [name, `-${name}`]);

/** What the address says about the list. */
export interface View {
  kind: Kind;
  sort: string;
  filter: Filter;
}

export function viewOf(query: URLSearchParams): View {
  const kind = known(query, "kind", KINDS) ?? "recognised";
  // The API lists the recognised only in other orders than that of their activity.
  const sort = kind === "recognised" ? (known(query, "sort", SORTS) ?? BY_ACTIVITY) : BY_ACTIVITY;
  return { kind, sort, filter: filterOf(query) };
}

/** The order in the address; the usual one is left out. */
export const sortInQuery = (sort: string): string | null => (sort === BY_ACTIVITY ? null : sort);

/** The customers of a view, page by page, and the counts of all customers: one call a page. */
export function useCustomers({ kind, sort, filter }: View): { pages: Pages<Card>; counts: Model["Stats"] | undefined } {
  const [counts, setCounts] = useState<Model["Stats"]>();
  const pages = usePages<Card>(
    async (cursor, signal) => {
      const query = { ...filter, ...(kind !== "all" && { kind }), sort, limit: PAGE, ...(cursor ? { cursor } : { counts: true }) };
      const page = await data(api.GET("/v1/profiles", { params: { query: query as object }, signal }));
      if (page.counts) setCounts(page.counts);
      return { items: page.profiles, next: page.next_cursor };
    },
    [kind, sort, JSON.stringify(filter)],
  );
  return { pages, counts };
}
