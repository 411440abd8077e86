import {
  Ago,
  Badge,
  type Column,
  ErrorState,
  LoadMore,
  type Model,
  Skeleton,
  Stack,
  Table,
  type Tone,
  api,
  data,
  may,
  plural,
  useInterval,
  usePages,
} from "#core";
import { webhook as texts } from "#texts/webhook";
import { Opened, answerOf } from "./Opened";
import { Replay } from "./Replay";

type Delivery = Model["RecentDelivery"];

const EVERY = 3_000;
const PAGE = 25;
const TONES: Record<Delivery["state"], Tone> = { delivered: "good", waiting: "warn", failed: "bad" };

/** All deliveries of the last days, as they are attempted. */
export function Recent({ id }: { id: string }) {
  const pages = usePages<Delivery>(
    async (cursor, signal) => {
      const params = { path: { id }, query: { limit: PAGE, ...(cursor && { cursor }) } };
      const page = await data(api.GET("/v1/webhooks/{id}/recent-deliveries", { params, signal }));
      return { items: page.deliveries, next: page.next_cursor };
    },
    [id],
  );
  // Reading again shows the first page: further ones that were opened stay.
  useInterval(pages.reload, pages.items && pages.items.length > PAGE ? null : EVERY);
  if (pages.error) return <ErrorState error={pages.error} onRetry={pages.reload} />;
  if (!pages.items) return <Skeleton lines={4} />;
  if (!pages.items.length) return <p class="soft">{texts.recent.none}</p>;
  return (
    <Stack>
      <p class="soft">{texts.recent.text}</p>
      <Table
        label={texts.recent.table}
        columns={[...columnsOf(id, pages.reload), ...(may("webhooks:write") ? [replayColumn(id, pages.reload)] : [])]}
        rows={pages.items}
        keyOf={(delivery) => delivery.id}
        nameOf={({ event_type }) => event_type}
      />
      <LoadMore pages={pages} shown={plural(pages.items.length, texts.deliveries.shown)} />
    </Stack>
  );
}

const columnsOf = (webhook: string, onReplayed: (delivery: Delivery) => void): Column<Delivery>[] => [
  { id: "type", header: texts.deliveries.columns.type, cell: (delivery) => <Opened of={delivery} webhook={webhook} onReplayed={() => onReplayed(delivery)} /> },
  { id: "state", header: texts.recent.state, cell: ({ state }) => <Badge tone={TONES[state]}>{texts.recent.states[state]}</Badge> },
  { id: "status", header: texts.deliveries.columns.status, from: "m", cell: (delivery) => answerOf(delivery) },
  { id: "attempts", header: texts.deliveries.columns.attempts, end: true, from: "l", cell: ({ attempts }) => attempts },
  { id: "last", header: texts.recent.last, from: "m", cell: ({ last_attempt_at }) => <Ago instant={last_attempt_at} /> },
  { id: "next", header: texts.recent.next, from: "l", cell: ({ next_attempt_at }) => <Ago instant={next_attempt_at} /> },
];

const replayColumn = (webhook: string, onReplayed: () => void): Column<Delivery> => ({
  id: "replay",
  header: texts.deliveries.columns.replay,
  end: true,
  from: "m",
  cell: (delivery) => <Replay webhook={webhook} delivery={delivery} onReplayed={onReplayed} />,
});
