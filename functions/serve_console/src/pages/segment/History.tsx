import { ChartPie } from "lucide";
import {
  Button,
  type Column,
  EmptyState,
  ErrorState,
  type Model,
  Panel,
  SelectField,
  Skeleton,
  Stat,
  Stats,
  Table,
  api,
  data,
  formatDate,
  formatNumber,
  part,
  plural,
  setQuery,
  useLoad,
  useMemo,
  useState,
} from "#core";
import { segment as texts } from "#texts/segment";

const { history } = texts;
const DAY = 86_400_000;
const RANGES = Object.entries(history.ranges).map(([value, label]) => ({ value, label }));
const USUAL = "30";
/** Days in the table before all are asked for. */
const AT_FIRST = 31;

const Chart = part<typeof import("#parts/chart")["default"]>("chart");

type Day = Model["DayCount"];
type Row = Day & { change: number | null };

interface Props {
  segment: Model["Segment"];
  /** The number of days, from the address. */
  chosen: string | null;
}

/** The number of customers by day, and how many entered and left, as a graph and as a table. */
export function History({ segment, chosen }: Props) {
  const [all, setAll] = useState(false);
  const range = RANGES.find(({ value }) => value === chosen)?.value ?? USUAL;
  const { id } = segment;
  const read = useLoad(
    (signal) => {
      const from = new Date(Date.now() - Number(range) * DAY).toISOString().slice(0, 10);
      return data(api.GET("/v1/segments/{id}/history", { params: { path: { id }, query: { from } }, signal }));
    },
    [id, range],
    { keep: true },
  );
  const days = useMemo(() => read.data?.history.map(({ day, count, entered, left }) => ({ day, count, up: entered, down: left })), [read.data]);
  if (read.error) return <ErrorState error={read.error} onRetry={read.reload} />;
  if (!read.data || !days) return <Skeleton lines={8} />;
  const shown = read.data.history;
  const rows = shown.map((day, at): Row => ({ ...day, change: at ? day.count - (shown[at - 1]?.count ?? 0) : null })).reverse();
  const [first, last] = [shown[0], shown.at(-1)];
  return (
    <div class="history">
      <div class="history-top">
        <Stats>
          <Stat label={history.now}>{segment.count === null ? "–" : formatNumber(segment.count)}</Stat>
          {first && last && <Stat label={history.change}>{signed(last.count - first.count)}</Stat>}
          {last && <Stat label={history.columns.entered}>{total(shown.map(({ entered }) => entered))}</Stat>}
          {last && <Stat label={history.columns.left}>{total(shown.map(({ left }) => left))}</Stat>}
        </Stats>
        <SelectField
          label={history.range}
          value={range}
          onChange={(value) => setQuery({ days: value === USUAL ? null : value })}
          options={RANGES}
        />
      </div>
      {!first || !last ? (
        <EmptyState icon={ChartPie} title={history.none} text={history.noneText} />
      ) : (
        <>
          <Panel title={history.title}>
            <Chart days={days} label={labelOf(shown)} names={history.names} weeks={history.weeks} formatDay={dayOf} />
            <p class="soft small">{history.text}</p>
          </Panel>
          <Table
            label={history.table}
            columns={columns}
            rows={all ? rows : rows.slice(0, AT_FIRST)}
            keyOf={({ day }) => day}
            nameOf={({ day }) => dayOf(day)}
          />
          {!all && rows.length > AT_FIRST && (
            <Button class="history-more" onClick={() => setAll(true)}>
              {plural(rows.length, history.showAll)}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

/** What the graph says, in a sentence. */
function labelOf(days: Day[]): string {
  const counts = days.map(({ count }) => count);
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map(formatNumber) as [string, string];
  const moved = [days.map(({ entered }) => entered), days.map(({ left }) => left)].map(total) as [string, string];
  return history.chart(dayOf(days[0]?.day ?? ""), dayOf(days.at(-1)?.day ?? ""), least, most, ...moved);
}

/** The sum of the days of which it is known; a dash where it is known of none. */
function total(numbers: (number | null)[]): string {
  const known = numbers.filter((one) => one !== null);
  return known.length ? formatNumber(known.reduce((sum, one) => sum + one, 0)) : "–";
}

const signed = (change: number): string => (change > 0 ? `+${formatNumber(change)}` : formatNumber(change).replace("-", "−"));
const shownOf = (number: number | null): string => (number === null ? "–" : formatNumber(number));

const columns: Column<Row>[] = [
  { id: "day", header: history.columns.day, cell: ({ day }) => dayOf(day) },
  { id: "entered", header: history.columns.entered, end: true, cell: ({ entered }) => shownOf(entered) },
  { id: "left", header: history.columns.left, end: true, cell: ({ left }) => shownOf(left) },
  { id: "change", header: history.columns.change, end: true, from: "m", cell: ({ change }) => (change === null ? "–" : signed(change)) },
  { id: "count", header: history.columns.count, end: true, cell: ({ count }) => formatNumber(count) },
];

/** A day of the deployment's time zone: noon in UTC is on it almost everywhere. */
const dayOf = (day: string): string => formatDate(`${day}T12:00:00Z`);
