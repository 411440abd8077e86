import {
  type ApiError,
  Dialog,
  ErrorNote,
  JsonEditor,
  SelectField,
  TextArea,
  TextField,
  VersionConflict,
  common,
  toast,
  useAction,
  useState,
} from "#core";
import { values as texts } from "#texts/values";
import { BLANK, type Definition, type Kind, type Value, change, create, definitionOf, one } from "./kinds";

interface Props {
  kind: Kind;
  /** Undefined for a new one. */
  value: Value | undefined;
  onClose: () => void;
  onSaved: () => void;
}

type Mode = keyof typeof texts.modes;

const MODES = Object.entries(texts.modes).map(([value, label]) => ({ value: value as Mode, label }));
const FUNCTIONS = Object.entries(texts.functions).map(([value, label]) => ({ value, label }));

/** A definition by its usual fields, or all of it as JSON. */
export function Editor({ kind, value, onClose, onSaved }: Props) {
  const [base, setBase] = useState(value);
  const former = base ? definitionOf(base) : BLANK[kind];
  const [draft, setDraft] = useState<Definition>(former);
  const mine = changes(former, draft);
  const [mode, setMode] = useState<Mode>("form");
  const save = useAction(async (over: Value | undefined) => {
    const definition = Object.fromEntries(Object.entries(draft).filter(([, part]) => part !== "")) as Definition;
    await (over ? change(kind, over, mine) : create(kind, { ...definition, name: draft.name }));
    toast(value ? texts.edit.done : texts.create.done(draft.name));
    onSaved();
  });
  const edit = (part: Record<string, unknown>) => setDraft((all) => ({ ...all, ...part }));
  return (
    <Dialog
      title={value ? texts.edit.title(value.name) : texts.create.title[kind]}
      onClose={onClose}
      onSubmit={() => void save.run(base)}
      submit={{ label: value ? common.save : common.create, busy: save.running }}
    >
      <SelectField label={texts.fields.mode} value={mode} onChange={setMode} options={MODES} />
      {mode === "json" ? (
        <JsonEditor label={texts.fields.rest} value={draft} onChange={(typed) => setDraft(typed as Definition)} />
      ) : (
        <Fields kind={kind} draft={draft} onChange={edit} error={save.error} />
      )}
      {base && save.error?.isEditConflict ? (
        <VersionConflict<Definition>
          mine={mine}
          read={async () => {
            const stored = await one(kind, base.id);
            return { data: definitionOf(stored), etag: String(stored.version) };
          }}
          labels={texts.fields}
          onKeepMine={(version) => void save.run({ ...base, version: Number(version) })}
          onTakeTheirs={(stored, version) => {
            setBase({ ...base, ...stored, version: Number(version) });
            setDraft(stored);
            save.clear();
          }}
        />
      ) : (
        (mode === "json" || !PLACES.some((place) => save.error?.at(place))) && <ErrorNote error={save.error} />
      )}
    </Dialog>
  );
}

const PLACES = ["name", "description", "text", "rules", "function", "event", "property", "window"];

/** What was changed; null removes what was emptied. */
const changes = (former: Definition, draft: Definition): Partial<Definition> =>
  Object.fromEntries(
    [...new Set([...Object.keys(former), ...Object.keys(draft)])]
      .filter((name) => JSON.stringify(former[name]) !== JSON.stringify(draft[name]))
      .map((name) => [name, draft[name] === undefined || (draft[name] === "" && name !== "description") ? null : draft[name]]),
  );

interface FieldsProps {
  kind: Kind;
  draft: Definition;
  onChange: (part: Record<string, unknown>) => void;
  error: ApiError | undefined;
}

function Fields({ kind, draft, onChange, error }: FieldsProps) {
  const line = (name: "name" | "description" | "event" | "property", hint?: string) => (
    <TextField
      label={texts.fields[name]}
      hint={hint}
      value={String(draft[name] ?? "")}
      onChange={(value) => onChange({ [name]: value })}
      error={error?.at(name)}
    />
  );
  const days = (draft.window as { within_days?: number } | undefined)?.within_days;
  return (
    <>
      {line("name", texts.hints.name)}
      {line("description")}
      {kind === "aggregates" && (
        <>
          <SelectField
            label={texts.fields.function}
            value={String(draft.function)}
            onChange={(chosen) => onChange({ function: chosen })}
            options={FUNCTIONS}
            error={error?.at("function")}
          />
          {line("event")}
          {draft.function !== "count" && draft.function !== "distinct_days" && line("property", texts.hints.property)}
          <TextField
            label={texts.fields.days}
            hint={texts.hints.days}
            type="number"
            min={1}
            value={days === undefined ? "" : String(days)}
            onChange={(typed) => onChange({ window: typed ? { within_days: Number(typed) } : undefined })}
            error={error?.at("window")}
          />
        </>
      )}
      {kind === "scores" && (
        <>
          <JsonEditor label={texts.fields.rules} value={draft.rules} onChange={(rules) => onChange({ rules })} rows={8} />
          {error?.at("rules") && <p class="field-error">{error.at("rules")}</p>}
        </>
      )}
      {kind === "expressions" && (
        <TextArea
          label={texts.fields.text}
          hint={texts.hints.text}
          value={String(draft.text ?? "")}
          onChange={(text) => onChange({ text })}
          error={error?.at("text")}
          spellcheck={false}
        />
      )}
    </>
  );
}
