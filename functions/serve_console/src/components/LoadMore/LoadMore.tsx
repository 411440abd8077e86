import { common } from "#texts/common";
import type { Pages } from "../../api/usePages";
import { Button } from "../Button/Button";
import "./LoadMore.css";

interface Props {
  pages: Pick<Pages<unknown>, "more" | "loadingMore">;
  /** "40 customers shown". */
  shown: string;
}

/** The foot of a list: how many are shown, and the next page. */
export function LoadMore({ pages, shown }: Props) {
  return (
    <div class="load-more">
      <p class="soft small" role="status">
        {shown}
      </p>
      {(pages.more || pages.loadingMore) && (
        <Button onClick={pages.more} busy={pages.loadingMore}>
          {common.more}
        </Button>
      )}
    </div>
  );
}
