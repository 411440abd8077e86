import { Webhook as Picture } from "lucide";
import {
  Ago,
  EnabledBadge,
  CollectionPage,
  type Column,
  type Model,
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
  return (
    <CollectionPage
      texts={texts}
      icon={Picture}
      loaded={webhooks}
      columns={columns}
      keyOf={({ id }) => id}
      nameOf={({ name }) => name}
      onCreate={may("webhooks:write", "profiles:read") && (() => setCreating(true))}
    >
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
    </CollectionPage>
  );
}
