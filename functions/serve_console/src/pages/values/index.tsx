import { Blocks } from "lucide";
import {
  Ago,
  Badge,
  Button,
  CollectionPage,
  type Column,
  DeleteDialog,
  type PageProps,
  common,
  may,
  plural,
  seesAll,
  setQuery,
  toast,
  useLoad,
  useState,
  type Address,
  known,
} from "#core";
import { values as texts } from "#texts/values";
import { KINDS, type Kind, type Value, list, remove } from "./kinds";
import { Editor } from "./Editor";
import "./values.css";

export const address: Address = { kind: KINDS };

export default function Values({ query }: PageProps) {
  const kind = (known(query, "kind", KINDS) ?? "aggregates") satisfies Kind;
  const [edited, setEdited] = useState<Value | "new">();
  const [deleted, setDeleted] = useState<Value>();
  const values = useLoad((signal) => list(kind, signal), [kind]);
  const edits = may("segments:write", "profiles:read") && seesAll();
  return (
    <CollectionPage
      texts={{ ...texts, table: texts.tabs[kind], none: texts.none[kind] }}
      icon={Blocks}
      loaded={values}
      columns={edits ? [...columns, actions(setEdited, setDeleted)] : columns}
      keyOf={({ id }) => id}
      nameOf={({ name }) => name}
      onCreate={edits && (() => setEdited("new"))}
      tabs={{
        label: texts.tabs.label,
        tabs: KINDS.map((id) => ({ id, label: texts.tabs[id] })),
        selected: kind,
        onSelect: (id) => setQuery({ kind: id === "aggregates" ? null : id }),
      }}
    >
      {edited && (
        <Editor
          kind={kind}
          value={edited === "new" ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onSaved={() => {
            setEdited(undefined);
            values.reload();
          }}
        />
      )}
      {deleted && (
        <DeleteDialog
          title={texts.deletion.title(deleted.name)}
          action={common.delete}
          perform={() => remove(kind, deleted)}
          onClose={() => setDeleted(undefined)}
          onDone={() => {
            toast(texts.deletion.done(deleted.name));
            setDeleted(undefined);
            values.reload();
          }}
        >
          {texts.deletion.text}
        </DeleteDialog>
      )}
    </CollectionPage>
  );
}

const columns: Column<Value>[] = [
  {
    id: "name",
    header: texts.columns.name,
    cell: ({ name, description }) => (
      <span class="value-name">
        <code>{name}</code>
        {description && <span class="soft small">{description}</span>}
      </span>
    ),
  },
  { id: "definition", header: texts.columns.definition, from: "m", cell: (value) => <span class="soft">{summary(value)}</span> },
  {
    id: "state",
    header: texts.columns.state,
    from: "m",
    cell: ({ state }) => <Badge tone={state === "ready" ? "good" : "info"}>{texts.states[state]}</Badge>,
  },
  { id: "updated", header: texts.columns.updated, from: "l", end: true, cell: ({ updated_at }) => <Ago instant={updated_at} /> },
];

const actions = (onEdit: (value: Value) => void, onDelete: (value: Value) => void): Column<Value> => ({
  id: "actions",
  header: texts.columns.actions,
  end: true,
  cell: (value) => (
    <div class="row-end">
      <Button small aria-label={texts.edit.label(value.name)} onClick={() => onEdit(value)}>
        {common.edit}
      </Button>
      <Button small aria-label={texts.deletion.label(value.name)} onClick={() => onDelete(value)}>
        {common.delete}
      </Button>
    </div>
  ),
});

function summary(value: Value): string {
  if ("text" in value) return value.text;
  if ("rules" in value) return plural(value.rules.length, texts.rules);
  const events = value.event ?? (value.events.join(", ") || value.kind);
  const name = texts.functions[value.function];
  return `${value.property ? texts.of(name, value.property) : name}: ${events}`;
}
