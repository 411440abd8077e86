import type { Pages } from "../../api/usePages";
import { plural } from "../../format";
import { LoadMore } from "../LoadMore/LoadMore";
import { Collection, type CollectionProps } from "./Collection";

interface Props<R> extends Omit<CollectionProps<R>, "loaded"> {
  pages: Pages<R>;
  /** How many are shown: `{ one: "{n} task shown", other: "{n} tasks shown" }`. */
  shown: Parameters<typeof plural>[1];
  /** Whether it is read again by itself: the table does not fade then. */
  live?: boolean;
}

/** A list that is read page by page, in its four states, with how many are shown and the next page. */
export function PagedCollection<R>({ pages, shown, live = false, ...table }: Props<R>) {
  const { items, error, reload } = pages;
  const goesOn = pages.more !== undefined || pages.loadingMore;
  const empty = items?.length === 0 && !goesOn;
  const loaded = { data: items, error, loading: pages.loading && !live, reload };
  return (
    <>
      <Collection {...table} loaded={loaded} empty={empty && table.empty} />
      {items && !empty && <LoadMore pages={pages} shown={plural(items.length, shown)} />}
    </>
  );
}
