import {
  Ago,
  Badge,
  Button,
  type Column,
  ErrorState,
  LoadMore,
  type Model,
  Panel,
  Table,
  api,
  data,
  may,
  once,
  plural,
  toast,
  toastError,
  useAction,
  usePages,
} from "#core";
import { webhook as texts } from "#texts/webhook";

type Delivery = Model["WebhookDelivery"];

const AT_ONCE = 100;

/** Changes that could not be delivered, to be sent again one by one or all together. */
export function Deliveries({ id }: { id: string }) {
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
    <Panel title={texts.deliveries.title} actions={actions}>
      <p class="soft">{pages.items?.length === 0 ? texts.deliveries.none : texts.deliveries.text}</p>
      {pages.error && <ErrorState error={pages.error} onRetry={pages.reload} />}
      {replayAll.error && <ErrorState error={replayAll.error} />}
      {some && (
        <>
          <Table
            label={texts.deliveries.table}
            columns={[...columns, ...(may("webhooks:write") ? [replayColumn(id, gone)] : [])]}
            rows={pages.items}
            keyOf={(delivery) => delivery.id}
            nameOf={({ event_type }) => event_type}
          />
          <LoadMore pages={pages} shown={plural(pages.items?.length ?? 0, texts.deliveries.shown)} />
        </>
      )}
    </Panel>
  );
}

const columns: Column<Delivery>[] = [
  { id: "type", header: texts.deliveries.columns.type, cell: ({ event_type }) => event_type },
  {
    id: "status",
    header: texts.deliveries.columns.status,
    cell: ({ status, error }) => (
      <span title={error ?? undefined}>
        <Badge tone="bad">{status ?? error ?? texts.deliveries.noAnswer}</Badge>
      </span>
    ),
  },
  { id: "attempts", header: texts.deliveries.columns.attempts, end: true, from: "m", cell: ({ attempts }) => attempts },
  { id: "died", header: texts.deliveries.columns.died, end: true, from: "m", cell: ({ died_at }) => <Ago instant={died_at} /> },
];

const replayColumn = (webhook: string, onReplayed: (delivery: Delivery) => void): Column<Delivery> => ({
  id: "replay",
  header: texts.deliveries.columns.replay,
  end: true,
  cell: (delivery) => <Replay webhook={webhook} delivery={delivery} onReplayed={onReplayed} />,
});

interface ReplayProps {
  webhook: string;
  delivery: Delivery;
  onReplayed: (delivery: Delivery) => void;
}

function Replay({ webhook, delivery, onReplayed }: ReplayProps) {
  const params = { path: { id: webhook, delivery_id: delivery.id } };
  const replay = useAction(() =>
    data(api.POST("/v1/webhooks/{id}/deliveries/{delivery_id}/replay", { params, headers: once() })).then(({ replayed }) => {
      toast(plural(replayed, texts.deliveries.replayed));
      onReplayed(delivery);
    }, toastError),
  );
  return (
    <Button small busy={replay.running} aria-label={texts.deliveries.label(delivery.event_type)} onClick={() => void replay.run()}>
      {texts.deliveries.replay}
    </Button>
  );
}
