import { KeyRound } from "lucide";
import {
  Ago,
  Badge,
  Button,
  CollectionPage,
  type Column,
  DeleteDialog,
  type Model,
  Row,
  SecretDialog,
  Tag,
  Tooltip,
  api,
  caller,
  data,
  formatDateTime,
  plural,
  toast,
  useLoad,
  useState,
} from "#core";
import { keys as texts } from "#texts/keys";
import { NewKey } from "./NewKey";

type Key = Model["ApiKey"];

const columnsOf = (all: Key[], onRevoke: (key: Key) => void): Column<Key>[] => [
  { id: "name", header: texts.columns.name, cell: (key) => <Name of={key} /> },
  { id: "scopes", header: texts.columns.scopes, from: "m", cell: (key) => <Scopes of={key} /> },
  { id: "classes", header: texts.columns.classes, from: "l", cell: ({ classes }) => (classes ? <Classes names={classes} /> : texts.all) },
  { id: "used", header: texts.columns.used, from: "m", cell: ({ last_used_at }) => <Ago instant={last_used_at} none={texts.notUsed} /> },
  {
    id: "created",
    header: texts.columns.created,
    from: "m",
    cell: (key) => (
      <span class="key-event">
        <Ago instant={key.created_at} date />
        <By id={key.created_by} of={key} all={all} />
      </span>
    ),
  },
  { id: "state", header: texts.columns.state, end: true, cell: (key) => <State of={key} all={all} onRevoke={onRevoke} /> },
];

/** The key that did it, by its name. */
function By({ id, of: key, all }: { id: string | null; of: Key; all: Key[] }) {
  if (!id) return null;
  const name = all.find((one) => one.id === id)?.name ?? texts.unknown;
  return <span class="soft small">{id === key.id ? texts.byItself : texts.by(name)}</span>;
}

export default function Keys() {
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const [created, setCreated] = useState<string>();
  const keys = useLoad(async (signal) => (await data(api.GET("/v1/api-keys", { signal }))).api_keys, []);
  return (
    <CollectionPage
      texts={texts}
      icon={KeyRound}
      loaded={keys}
      columns={columnsOf(keys.data ?? [], setRevoking)}
      keyOf={({ id }) => id}
      nameOf={({ name }) => name}
      onCreate={() => setCreating(true)}
    >
      {creating && (
        <NewKey
          onClose={() => setCreating(false)}
          onCreated={(secret) => {
            setCreating(false);
            setCreated(secret);
            keys.reload();
          }}
        />
      )}
      {created && (
        <SecretDialog
          title={texts.created.title}
          text={texts.created.text}
          label={texts.created.label}
          secret={created}
          onClose={() => setCreated(undefined)}
        />
      )}
      {revoking && (
        <Revocation
          of={revoking}
          onClose={() => setRevoking(undefined)}
          onDone={() => {
            toast(texts.revoke.done(revoking.name));
            setRevoking(undefined);
            keys.reload();
          }}
        />
      )}
    </CollectionPage>
  );
}

const Name = ({ of: key }: { of: Key }) => (
  <Row>
    <span class={key.revoked ? "soft" : undefined}>{key.name}</span>
    {key.id === caller().id && <Badge tone="accent">{texts.own}</Badge>}
  </Row>
);

function Scopes({ of: { scopes } }: { of: Key }) {
  if (scopes.includes("admin")) return <>{texts.admin}</>;
  return <Tooltip text={scopes.join(", ")}>{plural(scopes.length, texts.scopes)}</Tooltip>;
}

const Classes = ({ names }: { names: string[] }) => (
  <Row>
    {names.map((name) => (
      <Tag key={name} name={name} />
    ))}
  </Row>
);

function State({ of: key, all, onRevoke }: { of: Key; all: Key[]; onRevoke: (key: Key) => void }) {
  if (key.revoked) {
    return (
      <span class="key-event key-event-end" title={key.revoked_at ? formatDateTime(key.revoked_at) : undefined}>
        <span>
          <Badge>{texts.revoked}</Badge> <Ago instant={key.revoked_at} none="" />
        </span>
        <By id={key.revoked_by} of={key} all={all} />
      </span>
    );
  }
  return (
    <Button small aria-label={texts.revoke.label(key.name)} onClick={() => onRevoke(key)}>
      {texts.revoke.action}
    </Button>
  );
}

function Revocation({ of: key, onClose, onDone }: { of: Key; onClose: () => void; onDone: () => void }) {
  return (
    <DeleteDialog
      title={texts.revoke.title(key.name)}
      action={texts.revoke.action}
      perform={() => data(api.DELETE("/v1/api-keys/{id}", { params: { path: { id: key.id } } }))}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{texts.revoke.text}</p>
      {key.id === caller().id && <p>{texts.revoke.self}</p>}
    </DeleteDialog>
  );
}
