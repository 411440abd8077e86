import { Dialog, ErrorNote, LoadMore, type Model, Skeleton, api, authorOf, data, formatDateTime, plural, usePages } from "#core";
import { customer as texts } from "#texts/customer";
import "./customer-history.css";

type Activity = Model["Activity"];

interface Props {
  id: string;
  name: string;
  label: string;
  show: (value: unknown) => string | null;
  onClose: () => void;
}

interface Entry {
  id: string;
  at: string;
  by: string;
  before: string | null;
  after: string | null;
}

/** Where values are set; visits and orders are not read. */
const CATEGORIES = ["edits", "account", "forms"] as const;
const PER_PAGE = 200;

/** Every value that one attribute had, newest first, and who set it. */
export default function AttributeHistory({ id, name, label, show, onClose }: Props) {
  const pages = usePages<Entry>(
    async (cursor, signal) => {
      const cursors: Record<string, string | undefined> = cursor ? JSON.parse(cursor) : Object.fromEntries(CATEGORIES.map((one) => [one, undefined]));
      const read = await Promise.all(
        Object.entries(cursors).map(async ([category, at]) => {
          const query = { category: category as (typeof CATEGORIES)[number], limit: PER_PAGE, cursor: at };
          const page = await data(api.GET("/v1/profiles/{id}/activities", { params: { path: { id }, query }, signal }));
          return { category, activities: page.activities, next: page.next_cursor };
        }),
      );
      const left = read.filter(({ next }) => next).map(({ category, next }) => [category, next]);
      const items = read.flatMap(({ activities }) => activities.flatMap((one) => entriesOf(one, name, show)));
      return { items: items.sort((one, other) => other.at.localeCompare(one.at)), next: left.length ? JSON.stringify(Object.fromEntries(left)) : null };
    },
    [id, name],
  );
  return (
    <Dialog title={texts.attribute.historyOf(label)} onClose={onClose}>
      <ErrorNote error={pages.error} />
      {!pages.items && pages.loading && <Skeleton lines={4} />}
      {pages.items?.length === 0 && <p class="soft">{pages.more ? texts.attribute.noHistoryYet : texts.attribute.noHistory}</p>}
      <ol class="value-history">
        {pages.items?.map((entry) => (
          <li key={`${entry.id} ${entry.at}`}>
            <span class="value-history-change">
              {entry.before && (
                <>
                  <del>{entry.before}</del> <span aria-hidden="true">→</span>{" "}
                </>
              )}
              {entry.after ? <strong>{entry.after}</strong> : <em class="soft">{texts.activity.nothing}</em>}
            </span>
            <span class="soft small">
              {formatDateTime(entry.at)} · {entry.by}
            </span>
          </li>
        ))}
      </ol>
      {pages.items && (pages.more || pages.loadingMore) && <LoadMore pages={pages} shown={plural(pages.items.length, texts.attribute.values)} />}
    </Dialog>
  );
}

function entriesOf(activity: Activity, name: string, show: Props["show"]): Entry[] {
  const edits = activity.properties.attributes as Record<string, { from?: unknown; to?: unknown }> | undefined;
  const base = { id: activity.id, at: activity.occurred_at, by: authorOf({ source: activity.source, name: activity.source_name }) };
  const edit = activity.type.startsWith("profile.") ? edits?.[name] : undefined;
  if (edit) return [{ ...base, before: show(edit.from), after: show(edit.to) }];
  const sent = ["identify", "form"].includes(activity.type) && name in activity.properties;
  return sent ? [{ ...base, before: null, after: show(activity.properties[name]) }] : [];
}
