import { ArrowDown, ArrowUp, Plus, X } from "lucide";
import {
  type ApiError,
  Button,
  Checkbox,
  IconButton,
  type Model,
  Panel,
  SelectField,
  TextField,
  api,
  data,
  useShared,
} from "#core";
import { form as texts } from "#texts/form";

export type Field = Model["StoredField"];

const TYPES = ["text", "email", "tel", "url", "number", "date", "datetime-local", "textarea", "select", "checkbox", "hidden"];
const USUAL = "";
const TYPE_OPTIONS = [{ value: USUAL, label: texts.fields.usual }, ...TYPES.map((value) => ({ value, label: value }))];

interface Props {
  fields: Field[];
  onChange: (fields: Field[]) => void;
  error: ApiError | undefined;
}

export function Fields({ fields, onChange, error }: Props) {
  const attributes = useShared("attributes", () => data(api.GET("/v1/attributes")));
  const unused = attributes.data?.attributes.filter(({ name, archived }) => !archived && !fields.some(({ attribute }) => attribute === name));
  const replace = (at: number, ...by: Field[]) => onChange([...fields.slice(0, at), ...by, ...fields.slice(at + 1)]);
  const swap = (at: number, to: number) => {
    const moved = [...fields];
    [moved[at], moved[to]] = [moved[to] as Field, moved[at] as Field];
    onChange(moved);
  };
  function add() {
    const next = unused?.[0];
    if (next) onChange([...fields, { name: next.name, attribute: next.name, label: next.label, required: false, type: null, placeholder: null }]);
  }
  return (
    <Panel title={texts.fields.title}>
      <ul class="form-parts">
        {fields.map((field, at) => (
          <li key={at} class="form-part">
            <Entry
              field={field}
              attributes={attributes.data?.attributes ?? []}
              error={(name) => error?.at(`fields.${at}.${name}`)}
              onChange={(part) => replace(at, { ...field, ...part })}
            />
            <div class="form-part-actions">
              <IconButton small icon={ArrowUp} label={texts.fields.up(field.label)} disabled={!at} onClick={() => swap(at, at - 1)} />
              <IconButton
                small
                icon={ArrowDown}
                label={texts.fields.down(field.label)}
                disabled={at === fields.length - 1}
                onClick={() => swap(at, at + 1)}
              />
              <IconButton small icon={X} label={texts.fields.remove(field.label)} disabled={fields.length === 1} onClick={() => replace(at)} />
            </div>
          </li>
        ))}
      </ul>
      <div>
        <Button small icon={Plus} disabled={!unused?.length} onClick={add}>
          {texts.fields.add}
        </Button>
      </div>
    </Panel>
  );
}

interface EntryProps {
  field: Field;
  attributes: Model["Attribute"][];
  error: (name: string) => string | undefined;
  onChange: (part: Partial<Field>) => void;
}

function Entry({ field, attributes, error, onChange }: EntryProps) {
  const options = attributes
    .filter(({ name, archived }) => !archived || name === field.attribute)
    .map(({ name, label }) => ({ value: name, label }));
  /** The label and the name follow the attribute until somebody has written others. */
  function choose(attribute: string) {
    const former = attributes.find(({ name }) => name === field.attribute);
    const next = attributes.find(({ name }) => name === attribute);
    onChange({
      attribute,
      ...(field.label === former?.label && next ? { label: next.label } : {}),
      ...(field.name === field.attribute ? { name: attribute } : {}),
    });
  }
  return (
    <div class="form-part-fields">
      <SelectField label={texts.fields.attribute} value={field.attribute} onChange={choose} options={options} error={error("attribute")} />
      <TextField label={texts.fields.label} value={field.label} onChange={(label) => onChange({ label })} error={error("label")} />
      <Checkbox label={texts.fields.required} checked={field.required} onChange={(required) => onChange({ required })} />
      <details>
        <summary class="small">{texts.fields.more}</summary>
        <div class="form-part-fields">
          <SelectField
            label={texts.fields.type}
            value={field.type ?? USUAL}
            onChange={(type) => onChange({ type: type || null })}
            options={TYPE_OPTIONS}
            error={error("type")}
          />
          <TextField label={texts.fields.name} value={field.name} onChange={(name) => onChange({ name })} error={error("name")} />
          <TextField
            label={texts.fields.placeholder}
            value={field.placeholder ?? ""}
            onChange={(placeholder) => onChange({ placeholder: placeholder || null })}
            error={error("placeholder")}
          />
        </div>
      </details>
    </div>
  );
}
