import { FormInput } from "lucide";
import {
  Ago,
  EnabledBadge,
  CollectionPage,
  type Column,
  Dialog,
  ErrorNote,
  type Model,
  TextField,
  api,
  common,
  data,
  formatNumber,
  href,
  may,
  navigate,
  once,
  seesAll,
  useAction,
  useLoad,
  useState,
} from "#core";
import { forms as texts } from "#texts/forms";

type Form = Model["Form"];

const columns: Column<Form>[] = [
  { id: "name", header: texts.columns.name, cell: ({ id, name }) => <a href={href(`/forms/${id}`)}>{name}</a> },
  { id: "state", header: texts.columns.state, cell: ({ enabled }) => <EnabledBadge enabled={enabled} /> },
  { id: "tags", header: texts.columns.tags, from: "l", cell: ({ tags }) => tags.join(", ") },
  { id: "fields", header: texts.columns.fields, from: "m", end: true, cell: ({ fields }) => formatNumber(fields.length) },
  { id: "consents", header: texts.columns.consents, from: "m", end: true, cell: ({ consents }) => formatNumber(consents.length) },
  { id: "updated", header: texts.columns.updated, from: "m", end: true, cell: ({ updated_at }) => <Ago instant={updated_at} /> },
];

export default function Forms() {
  const [creating, setCreating] = useState(false);
  const forms = useLoad(async (signal) => (await data(api.GET("/v1/forms", { signal }))).forms, []);
  return (
    <CollectionPage
      texts={texts}
      icon={FormInput}
      loaded={forms}
      columns={columns}
      keyOf={({ id }) => id}
      nameOf={({ name }) => name}
      onCreate={may("definitions:write") && seesAll() && (() => setCreating(true))}
    >
      {creating && <NewForm onClose={() => setCreating(false)} />}
    </CollectionPage>
  );
}

/** Creates a form with one field and opens it, where the rest is edited beside the preview. */
function NewForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const creation = useAction(async () => {
    const fields = [{ name: "email", attribute: "email", label: texts.create.email, required: true }];
    const body = { name, fields } as Model["NewForm"];
    const form = await data(api.POST("/v1/forms", { body, headers: once() }));
    navigate(`/forms/${form.id}`);
  });
  const refused = creation.error;
  return (
    <Dialog
      title={texts.create.title}
      onClose={onClose}
      onSubmit={() => void creation.run()}
      submit={{ label: common.create, busy: creation.running }}
    >
      <TextField
        label={texts.create.name}
        hint={texts.create.hint}
        value={name}
        onChange={setName}
        error={refused?.at("name")}
        autoFocus
      />
      {!refused?.at("name") && <ErrorNote error={refused} />}
    </Dialog>
  );
}
