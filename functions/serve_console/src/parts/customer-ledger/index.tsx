import { Dialog, ErrorNote, LoadMore, type Model, Skeleton, api, authorOf, data, formatDateTime, formatNumber, plural, usePages, useState } from "#core";
import { customer as texts } from "#texts/customer";
import "./customer-ledger.css";

interface Props {
  id: string;
  score: string;
  onClose: () => void;
}

/** Every activity that gave points, newest first, and the points added by hand with their reasons. */
export default function Ledger({ id, score, onClose }: Props) {
  const [total, setTotal] = useState<number>();
  const pages = usePages<Model["ScoreEntry"]>(
    async (cursor, signal) => {
      const params = { path: { id, score }, query: { limit: 50, cursor } };
      const page = await data(api.GET("/v1/profiles/{id}/scores/{score}/ledger", { params, signal }));
      setTotal(page.total);
      return { items: page.entries, next: page.next_cursor };
    },
    [id, score],
  );
  return (
    <Dialog title={texts.scores.ledgerOf(score)} onClose={onClose}>
      <ErrorNote error={pages.error} />
      {!pages.items && pages.loading && <Skeleton lines={4} />}
      {total !== undefined && <p>{texts.scores.total(formatNumber(total))}</p>}
      {pages.items?.length === 0 && <p class="soft">{texts.scores.none}</p>}
      <ol class="points">
        {pages.items?.map((entry) => (
          <li key={entry.id} class="points-entry">
            <span class="points-words">
              <span>{entry.reason ?? entry.name ?? texts.scores.byHand}</span>
              <span class="soft small">
                {formatDateTime(entry.at)}
                {entry.by && ` · ${authorOf({ source: entry.by, name: entry.by_name })}`}
              </span>
            </span>
            <strong class="number">
              {entry.points > 0 && "+"}
              {formatNumber(entry.points)}
            </strong>
          </li>
        ))}
      </ol>
      {pages.items && (pages.more || pages.loadingMore) && <LoadMore pages={pages} shown={plural(pages.items.length, texts.scores.shown)} />}
    </Dialog>
  );
}
