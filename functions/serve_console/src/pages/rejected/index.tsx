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
  SelectField,
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
  type Address,
} from "#core";
import { rejected as texts } from "#texts/rejected";
import { Rejection } from "./Rejection";
import "./rejected.css";

type Rejected = Model["Rejected"];

const DAY = "2026-11-21".length;

export const address: Address = { day: null, source: null };

/** What was sent and not taken on a day, with the reason: replayed from here as it is, or corrected. */
export default function RejectedEvents({ query }: PageProps) {
  const day = query.get("day") ?? new Date().toISOString().slice(0, DAY);
  const source = query.get("source") ?? "";
  const [totals, setTotals] = useState<Model["RejectedTotals"][]>([]);
  const sources = useShared("sources", async () => (may("sources:read") ? data(api.GET("/v1/sources")) : { sources: [] }));
  const pages = usePages<Rejected>(
    async (cursor, signal) => {
      const wanted = { day, limit: 50, ...(source && { source }), ...(cursor && { cursor }) };
      const page = await data(api.GET("/v1/rejected", { params: { query: wanted }, signal }));
      setTotals(page.totals);
      return { items: page.rejected, next: page.next_cursor };
    },
    [day, source],
  );
  const nameOf = (id: string) => sources.data?.sources.find((one) => one.id === id)?.name ?? id;
  const ids = new Set([...(sources.data?.sources.map(({ id }) => id) ?? []), ...totals.map((one) => one.source), ...(source ? [source] : [])]);
  const choices = [...ids].map((id) => ({ value: id, label: nameOf(id) })).sort((one, other) => one.label.localeCompare(other.label));
  const empty = pages.items?.length === 0 && !pages.more;
  return (
    <>
      <PageHeader title={texts.title}>
        <p class="soft">{texts.intro}</p>
      </PageHeader>
      <div class="rejected">
        <div class="rejected-filters">
          <TextField type="date" label={texts.day} value={day} onChange={(chosen) => setQuery({ day: chosen || null })} />
          <SelectField
            label={texts.source}
            value={source}
            onChange={(chosen) => setQuery({ source: chosen || null })}
            options={[{ value: "", label: texts.anySource }, ...choices]}
          />
        </div>
        {pages.error && <ErrorState error={pages.error} onRetry={pages.reload} />}
        {!pages.items && !pages.error && <Skeleton lines={8} />}
        {pages.items && <Totals totals={totals} nameOf={nameOf} />}
        {empty && <None day={query.get("day")} source={source} />}
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

const None = ({ day, source }: { day: string | null; source: string }) => (
  <EmptyState
    icon={CircleCheck}
    title={texts.none.title}
    text={source ? texts.none.ofSource : texts.none.text}
    action={
      source ? (
        <Button onClick={() => setQuery({ source: null })}>{texts.none.allSources}</Button>
      ) : (
        day && <Button onClick={() => setQuery({ day: null })}>{texts.none.action}</Button>
      )
    }
  />
);
