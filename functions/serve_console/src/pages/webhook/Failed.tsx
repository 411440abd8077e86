import {
  Ago,
  Badge,
  Button,
  type Column,
  ErrorState,
  LoadMore,
  type Model,
  Stack,
  Table,
  api,
  data,
  may,
  once,
  plural,
  toast,
  useAction,
  usePages,
} from "#core";
import { webhook as texts } from "#texts/webhook";
import { Opened, answerOf } from "./Opened";
import { Replay } from "./Replay";

type Delivery = Model["WebhookDelivery"];

const AT_ONCE = 100;

/** Changes that could not be delivered, to be sent again one by one or all together. */
export function Failed({ id }: { id: string }) {
  const pages = usePages<Delivery>(
    async (cursor, signal) => {
      const params = { path: { id }, query: { limit: 25, ...(cursor && { cursor }) } };
      const page = await data(api.GET("/v1/webhooks/{id}/deliveries", { params, signal }));
      return { items: page.deliveries, next: page.next_cursor };
    },
    [id],
  );
  const replayAll = useAction(async () => {
    const sent = api.POST("/v1/webhooks/{id}/replay", { params: { path: { id } }, body: { limit: AT_ONCE }, headers: once() });
    toast(plural((await data(sent)).replayed, texts.deliveries.replayed));
    pages.reload();
  });
  const some = pages.items && pages.items.length > 0;
  const actions = some && may("webhooks:write") && (
    <Button small busy={replayAll.running} onClick={() => void replayAll.run()}>
      {texts.deliveries.replayAll}
    </Button>
  );
  const gone = (delivery: Delivery) => pages.change((all) => all.filter((one) => one.id !== delivery.id));
  return (
    <Stack>
      <p class="soft">{pages.items?.length === 0 ? texts.deliveries.none : texts.deliveries.text}</p>
      {actions && <div>{actions}</div>}
      {pages.error && <ErrorState error={pages.error} onRetry={pages.reload} />}
      {replayAll.error && <ErrorState error={replayAll.error} />}
      {some && (
        <>
          <Table
            label={texts.deliveries.table}
            columns={[...columnsOf(id, gone), ...(may("webhooks:write") ? [replayColumn(id, gone)] : [])]}
            rows={pages.items}
            keyOf={(delivery) => delivery.id}
            nameOf={({ event_type }) => event_type}
          />
          <LoadMore pages={pages} shown={plural(pages.items?.length ?? 0, texts.deliveries.shown)} />
        </>
      )}
    </Stack>
  );
}

const columnsOf = (webhook: string, onReplayed: (delivery: Delivery) => void): Column<Delivery>[] => [
  { id: "type", header: texts.deliveries.columns.type, cell: (delivery) => <Opened of={delivery} webhook={webhook} onReplayed={() => onReplayed(delivery)} /> },
  { id: "status", header: texts.deliveries.columns.status, cell: (delivery) => <Badge tone="bad">{answerOf(delivery)}</Badge> },
  { id: "attempts", header: texts.deliveries.columns.attempts, end: true, from: "m", cell: ({ attempts }) => attempts },
  { id: "died", header: texts.deliveries.columns.died, end: true, from: "m", cell: ({ died_at }) => <Ago instant={died_at} /> },
];

const replayColumn = (webhook: string, onReplayed: (delivery: Delivery) => void): Column<Delivery> => ({
  id: "replay",
  header: texts.deliveries.columns.replay,
  end: true,
  from: "m",
  cell: (delivery) => <Replay webhook={webhook} delivery={delivery} onReplayed={() => onReplayed(delivery)} />,
});
