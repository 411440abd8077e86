import { ChartPie } from "lucide";
import { type Column, EmptyState, ErrorState, type Model, Panel, SelectField, Skeleton, Stat, Stats, Table, api, data, formatNumber, useLoad, useState } from "#core";
import { segment as texts } from "#texts/segment";
import { Chart } from "./Chart";
import { type Day, dayOf } from "./days";

const { history } = texts;
const DAY = 86_400_000;
const RANGES = Object.entries(history.ranges).map(([value, label]) => ({ value, label }));

type Row = Day & { change: number | null };

/** The number of customers by day, as a graph and as a table. */
export function History({ segment }: { segment: Model["Segment"] }) {
  const [range, setRange] = useState(RANGES[1]?.value ?? "90");
  const { id } = segment;
  const read = useLoad(
    (signal) => {
      const from = new Date(Date.now() - Number(range) * DAY).toISOString().slice(0, 10);
      return data(api.GET("/v1/segments/{id}/history", { params: { path: { id }, query: { from } }, signal }));
    },
    [id, range],
    { keep: true },
  );
  if (read.error) return <ErrorState error={read.error} onRetry={read.reload} />;
  if (!read.data) return <Skeleton lines={8} />;
  const days = read.data.history;
  const rows = days.map((day, at): Row => ({ ...day, change: at ? day.count - (days[at - 1]?.count ?? 0) : null })).reverse();
  const last = days.at(-1);
  const first = days[0];
  return (
    <div class="history">
      <div class="history-top">
        <Stats>
          <Stat label={history.now}>{segment.count === null ? "–" : formatNumber(segment.count)}</Stat>
          {first && last && <Stat label={history.change}>{signed(last.count - first.count)}</Stat>}
        </Stats>
        <SelectField label={history.range} value={range} onChange={setRange} options={RANGES} />
      </div>
      {!days.length && <EmptyState icon={ChartPie} title={history.none} text={history.noneText} />}
      {days.length > 0 && (
        <>
          <Panel title={history.title} actions={<span class="soft small">{history.text}</span>}>
            <Chart days={days} />
          </Panel>
          <Table label={history.table} columns={columns} rows={rows} keyOf={({ day }) => day} nameOf={({ day }) => day} />
        </>
      )}
    </div>
  );
}

const signed = (change: number): string => (change > 0 ? `+${formatNumber(change)}` : formatNumber(change).replace("-", "−"));

const columns: Column<Row>[] = [
  { id: "day", header: history.columns.day, cell: ({ day }) => dayOf(day) },
  { id: "change", header: history.columns.change, end: true, cell: ({ change }) => (change === null ? "–" : signed(change)) },
  { id: "count", header: history.columns.count, end: true, cell: ({ count }) => formatNumber(count) },
];
