import { CircleCheck } from "lucide";
import {
  Button,
  EmptyState,
  ErrorState,
  LoadMore,
  type Model,
  PageHeader,
  type PageProps,
  Panel,
  Skeleton,
  TextField,
  api,
  data,
  formatNumber,
  may,
  plural,
  setQuery,
  usePages,
  useShared,
  useState,
} from "#core";
import { rejected as texts } from "#texts/rejected";
import { Rejection } from "./Rejection";
import "./rejected.css";

type Rejected = Model["Rejected"];

const DAY = "2026-11-21".length;

/** What was sent and not taken on a day, with the reason: replayed from here as it is, or corrected. */
export default function RejectedEvents({ query }: PageProps) {
  const day = query.get("day") ?? new Date().toISOString().slice(0, DAY);
  const [totals, setTotals] = useState<Model["RejectedTotals"][]>([]);
  const sources = useShared("sources", async () => (may("sources:read") ? data(api.GET("/v1/sources")) : { sources: [] }));
  const pages = usePages<Rejected>(
    async (cursor, signal) => {
      const page = await data(api.GET("/v1/rejected", { params: { query: { day, limit: 50, ...(cursor && { cursor }) } }, signal }));
      setTotals(page.totals);
      return { items: page.rejected, next: page.next_cursor };
    },
    [day],
  );
  const nameOf = (id: string) => sources.data?.sources.find((one) => one.id === id)?.name ?? id;
  const empty = pages.items?.length === 0 && !pages.more;
  return (
    <>
      <PageHeader title={texts.title}>
        <p class="soft">{texts.intro}</p>
      </PageHeader>
      <div class="rejected">
        <div class="rejected-day">
          <TextField type="date" label={texts.day} value={day} onChange={(chosen) => setQuery({ day: chosen || null })} />
        </div>
        {pages.error && <ErrorState error={pages.error} onRetry={pages.reload} />}
        {!pages.items && !pages.error && <Skeleton lines={8} />}
        {pages.items && <Totals totals={totals} nameOf={nameOf} />}
        {empty && <None today={!query.get("day")} />}
        {pages.items && !empty && (
          <>
            <ul class="rejected-list">
              {pages.items.map((one) => (
                <Rejection
                  key={one.id}
                  one={one}
                  source={nameOf(one.source)}
                  onReplayed={() => pages.change((items) => items.filter(({ id }) => id !== one.id))}
                />
              ))}
            </ul>
            <LoadMore pages={pages} shown={plural(pages.items.length, texts.shown)} />
          </>
        )}
      </div>
    </>
  );
}

function Totals({ totals, nameOf }: { totals: Model["RejectedTotals"][]; nameOf: (id: string) => string }) {
  if (!totals.length) return null;
  return (
    <Panel title={texts.totals}>
      <ul class="rejected-totals">
        {totals.map(({ source, messages, reasons, content_not_kept: lost }) => (
          <li key={source}>
            <strong>{nameOf(source)}</strong> {plural(messages, texts.messages)}{" "}
            <span class="soft">
              {Object.entries(reasons)
                .map(([code, count]) => `${code} ${formatNumber(count)}`)
                .join(" · ")}
              {lost > 0 && ` · ${plural(lost, texts.notKept)}`}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const None = ({ today }: { today: boolean }) => (
  <EmptyState
    icon={CircleCheck}
    title={texts.none.title}
    text={texts.none.text}
    action={!today && <Button onClick={() => setQuery({ day: null })}>{texts.none.action}</Button>}
  />
);
