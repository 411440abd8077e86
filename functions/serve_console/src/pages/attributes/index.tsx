import { Braces } from "lucide";
import {
  Badge,
  Button,
  CollectionPage,
  type Column,
  type PageProps,
  Row,
  api,
  common,
  data,
  forget,
  may,
  seesAll,
  setQuery,
  toast,
  toastError,
  useAction,
  useLoad,
  useState,
  type Address,
  known,
} from "#core";
import { attributes as texts } from "#texts/attributes";
import { Definition } from "./Definition";
import type { Attribute } from "./attribute";

const SHOWN = ["current", "archived"] as const;
type Shown = (typeof SHOWN)[number];

export const address: Address = { shown: SHOWN };

export default function Attributes({ query }: PageProps) {
  const shown: Shown = known(query, "shown", SHOWN) ?? "current";
  const [edited, setEdited] = useState<Attribute | "new">();
  const all = useLoad(
    async (signal) => (await data(api.GET("/v1/attributes", { params: { query: { archived: true } }, signal }))).attributes,
    [],
  );
  const rows = all.data?.filter(({ archived }) => archived === (shown === "archived"));
  const edits = may("definitions:write") && seesAll();
  const reload = () => {
    forget("attributes");
    all.reload();
  };
  return (
    <CollectionPage
      texts={texts}
      icon={Braces}
      loaded={{ ...all, data: rows }}
      columns={edits ? [...columns, actions(setEdited, reload)] : columns}
      keyOf={({ name }) => name}
      nameOf={({ label }) => label}
      onCreate={edits && (() => setEdited("new"))}
      tabs={{
        label: texts.tabs.label,
        tabs: SHOWN.map((id) => ({
          id,
          label: texts.tabs[id],
          count: all.data?.filter(({ archived }) => archived === (id === "archived")).length,
        })),
        selected: shown,
        onSelect: (id) => setQuery({ shown: id === "current" ? null : id }),
      }}
    >
      {edited && (
        <Definition
          attribute={edited === "new" ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onSaved={() => {
            setEdited(undefined);
            reload();
          }}
        />
      )}
    </CollectionPage>
  );
}

const columns: Column<Attribute>[] = [
  {
    id: "label",
    header: texts.columns.label,
    cell: ({ label, standard, required }) => (
      <Row>
        {label}
        {standard && <Badge>{texts.standard}</Badge>}
        {required && <Badge tone="info">{texts.required}</Badge>}
      </Row>
    ),
  },
  { id: "name", header: texts.columns.name, from: "m", cell: ({ name }) => <code>{name}</code> },
  { id: "type", header: texts.columns.type, from: "m", cell: ({ type }) => texts.types[type] },
  { id: "group", header: texts.columns.group, from: "l", cell: ({ group }) => texts.groups[group] ?? group },
  { id: "set_by", header: texts.columns.set_by, from: "l", cell: ({ set_by }) => texts.setBy[set_by] },
];

const actions = (onEdit: (attribute: Attribute) => void, onChange: () => void): Column<Attribute> => ({
  id: "actions",
  header: texts.columns.actions,
  end: true,
  cell: (attribute) => <Actions attribute={attribute} onEdit={onEdit} onChange={onChange} />,
});

interface ActionsProps {
  attribute: Attribute;
  onEdit: (attribute: Attribute) => void;
  onChange: () => void;
}

function Actions({ attribute, onEdit, onChange }: ActionsProps) {
  const { name, label, archived } = attribute;
  const setArchived = async (to: boolean) => {
    await api.PATCH("/v1/attributes/{name}", { params: { path: { name } }, body: { archived: to } });
    onChange();
  };
  const change = useAction(() =>
    setArchived(!archived).then(
      () => toast((archived ? texts.restore : texts.archive).done(label), () => setArchived(archived)),
      toastError,
    ),
  );
  return (
    <div class="row-end">
      {!archived && (
        <Button small aria-label={texts.edit.label(label)} onClick={() => onEdit(attribute)}>
          {common.edit}
        </Button>
      )}
      <Button
        small
        busy={change.running}
        aria-label={(archived ? texts.restore : texts.archive).label(label)}
        onClick={() => void change.run()}
      >
        {(archived ? texts.restore : texts.archive).action}
      </Button>
    </div>
  );
}
