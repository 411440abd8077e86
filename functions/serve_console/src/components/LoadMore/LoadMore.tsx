import { common } from "#texts/common";
import type { Pages } from "../../api/usePages";
import { Button } from "../Button/Button";
import { ErrorNote } from "../ErrorState/ErrorState";
import "./LoadMore.css";

interface Props {
  pages: Pick<Pages<unknown>, "more" | "loadingMore" | "moreError">;
  /** "40 customers shown". */
  shown: string;
}

/** The foot of a list: how many are shown, and the next page, or why it could not be read. */
export function LoadMore({ pages, shown }: Props) {
  return (
    <div class="load-more">
      <p class="soft small" role="status">
        {shown}
      </p>
      <ErrorNote error={pages.moreError} />
      {(pages.more || pages.loadingMore) && (
        <Button onClick={pages.more} busy={pages.loadingMore}>
          {pages.moreError ? common.retry : common.more}
        </Button>
      )}
    </div>
  );
}
