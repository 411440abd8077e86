import {
  Checkbox,
  Dialog,
  ErrorNote,
  LinesField,
  type Model,
  SelectField,
  TextField,
  VersionConflict,
  api,
  common,
  etagOf,
  once,
  tagged,
  toast,
  useAction,
  useState,
} from "#core";
import { attributes as texts } from "#texts/attributes";
import type { Attribute } from "./attribute";

interface Props {
  /** Undefined for a new one. */
  attribute: Attribute | undefined;
  onClose: () => void;
  onSaved: () => void;
}

type Draft = Omit<Attribute, "id" | "version" | "archived" | "standard">;

const BLANK: Draft = {
  name: "",
  label: "",
  type: "text",
  format: null,
  choices: [],
  group: "",
  description: "",
  required: false,
  set_by: "anybody",
};
const options = <T extends string>(labels: Record<T, string>) =>
  (Object.entries(labels) as [T, string][]).map(([value, label]) => ({ value, label }));

const read = (name: string) => tagged<Attribute>(api.GET("/v1/attributes/{name}", { params: { path: { name } } }));

export function Definition({ attribute, onClose, onSaved }: Props) {
  const [base, setBase] = useState(attribute);
  const [draft, setDraft] = useState<Draft>(attribute ?? BLANK);
  const mine = base && changes(base, draft);
  const change = (part: Partial<Draft>) => setDraft((former) => ({ ...former, ...part }));
  const save = useAction(async (etag: string | undefined) => {
    if (base && mine) {
      const params = { path: { name: base.name }, header: etag ? { "If-Match": etag } : {} };
      await api.PATCH("/v1/attributes/{name}", { params, body: mine });
    } else await api.POST("/v1/attributes", { body: newAttribute(draft), headers: once() });
    toast(attribute ? texts.edit.done : texts.create.done(draft.label || draft.name));
    onSaved();
  });
  const at = (name: keyof Draft) => save.error?.at(name);
  const fixed = attribute?.standard ?? false;
  const listed = draft.type === "choice" || draft.type === "list";
  return (
    <Dialog
      title={attribute ? texts.edit.title(attribute.label) : texts.create.title}
      onClose={onClose}
      onSubmit={() => void save.run(base && etagOf(base))}
      submit={{ label: attribute ? common.save : common.create, busy: save.running }}
    >
      {!attribute && (
        <TextField
          label={texts.fields.name}
          hint={texts.hints.name}
          value={draft.name}
          onChange={(name) => change({ name })}
          error={at("name")}
          autoFocus
        />
      )}
      <TextField label={texts.fields.label} value={draft.label} onChange={(label) => change({ label })} error={at("label")} />
      {!fixed && (
        <SelectField
          label={texts.fields.type}
          hint={attribute && texts.hints.type}
          value={draft.type}
          onChange={(type) => change({ type })}
          options={options(texts.types)}
          error={at("type")}
        />
      )}
      {!fixed && draft.type === "text" && (
        <SelectField
          label={texts.fields.format}
          value={draft.format ?? "none"}
          onChange={(format) => change({ format: format === "none" ? null : format })}
          options={options(texts.formats)}
          error={at("format")}
        />
      )}
      {listed && (
        <LinesField
          label={texts.fields.choices}
          hint={texts.hints.choices}
          value={draft.choices}
          onChange={(choices) => change({ choices })}
          error={at("choices")}
        />
      )}
      <TextField label={texts.fields.group} value={draft.group} onChange={(group) => change({ group })} error={at("group")} />
      <TextField
        label={texts.fields.description}
        value={draft.description}
        onChange={(description) => change({ description })}
        error={at("description")}
      />
      <SelectField
        label={texts.fields.set_by}
        value={draft.set_by}
        onChange={(set_by) => change({ set_by })}
        options={options(texts.setBy)}
        error={at("set_by")}
      />
      <Checkbox label={texts.fields.required} checked={draft.required} onChange={(required) => change({ required })} />
      {base && save.error?.isEditConflict ? (
        <VersionConflict<Attribute>
          mine={mine as Partial<Attribute>}
          read={() => read(base.name)}
          labels={texts.fields}
          onKeepMine={(etag) => void save.run(etag)}
          onTakeTheirs={(stored) => {
            setBase(stored);
            setDraft(stored);
            save.clear();
          }}
        />
      ) : (
        !(Object.keys(BLANK) as (keyof Draft)[]).some(at) && <ErrorNote error={save.error} />
      )}
    </Dialog>
  );
}

/** What was left empty has the API's own defaults: the label is made of the name. */
const newAttribute = ({ label, group, description, ...draft }: Draft): Model["NewAttribute"] =>
  ({ ...draft, ...(label && { label }), ...(group && { group }), ...(description && { description }) }) as Model["NewAttribute"];

const changes = (former: Attribute, draft: Draft): Model["AttributeChanges"] =>
  Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(former[name as keyof Attribute])),
  );
