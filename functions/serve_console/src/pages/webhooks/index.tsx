import { Plus, Webhook as Picture } from "lucide";
import {
  Ago,
  EnabledBadge,
  Button,
  Collection,
  type Column,
  EmptyState,
  type Model,
  PageHeader,
  SecretDialog,
  api,
  data,
  href,
  may,
  navigate,
  plural,
  useLoad,
  useState,
} from "#core";
import { webhooks as texts } from "#texts/webhooks";
import { NewWebhook } from "./NewWebhook";

type Webhook = Model["Webhook"];

const columns: Column<Webhook>[] = [
  { id: "name", header: texts.columns.name, cell: ({ id, name }) => <a href={href(`/webhooks/${id}`)}>{name}</a> },
  { id: "url", header: texts.columns.url, from: "m", cell: ({ url }) => <code>{url}</code> },
  {
    id: "events",
    header: texts.columns.events,
    from: "l",
    cell: ({ events }) => (events.length ? <span title={events.join(", ")}>{plural(events.length, texts.events)}</span> : texts.allEvents),
  },
  {
    id: "state",
    header: texts.columns.state,
    cell: ({ enabled }) => <EnabledBadge enabled={enabled} />,
  },
  { id: "created", header: texts.columns.created, end: true, from: "m", cell: ({ created_at }) => <Ago instant={created_at} date /> },
];

export default function Webhooks() {
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<Model["WebhookWithSecret"]>();
  const webhooks = useLoad(async (signal) => (await data(api.GET("/v1/webhooks", { signal }))).webhooks, []);
  const create = may("webhooks:write", "profiles:read") && (
    <Button kind="primary" icon={Plus} onClick={() => setCreating(true)}>
      {texts.create.action}
    </Button>
  );
  return (
    <>
      <PageHeader title={texts.title} actions={create}>
        <p class="soft">{texts.text}</p>
      </PageHeader>
      <Collection
        label={texts.table}
        loaded={webhooks}
        columns={columns}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        empty={<EmptyState icon={Picture} title={texts.none.title} text={texts.none.text} />}
      />
      {creating && (
        <NewWebhook
          onClose={() => setCreating(false)}
          onCreated={(webhook) => {
            setCreating(false);
            setCreated(webhook);
          }}
        />
      )}
      {created && (
        <SecretDialog
          title={texts.created.title}
          text={texts.created.text}
          label={texts.created.label}
          secret={created.secret}
          onClose={() => navigate(`/webhooks/${created.id}`)}
        />
      )}
    </>
  );
}
