import { SelectField } from "#core";
import { conditions as texts } from "#texts/conditions";
import type { Field, FieldProps } from "./fields";
import { NumberInput, PeriodInput, TextInput } from "./inputs";
import { Pick } from "./Pick";
import { type Json, errorAt, isNumber, isText, optionsOf } from "./tree";

type Kind = keyof typeof texts.valueTypes;
type Scalar = string | number | boolean;

const { fields, operators, dateOperators } = texts;
const NONE = ["empty", "not_empty"];
const LISTS = ["one_of", "not_one_of"];

const isScalar = (value: unknown): value is Scalar => isText(value) || isNumber(value) || typeof value === "boolean";
const kindOf = (value: unknown, preset: Kind): Kind => {
  const one = Array.isArray(value) ? value[0] : value;
  if (one === undefined || one === "") return preset;
  return isNumber(one) ? "number" : typeof one === "boolean" ? "boolean" : "text";
};

/** A value of the other kind, as far as it can be one. */
function as(kind: Kind, value: unknown): Scalar {
  if (kind === "text") return value === undefined ? "" : String(value);
  if (kind === "boolean") return value === true || value === "true";
  const parsed = Number(String(value ?? "").replace(",", "."));
  return Number.isNaN(parsed) || value === "" || value === undefined ? 0 : parsed;
}

function fits(node: Json, preset: string): boolean {
  const operator = node.operator ?? preset;
  if (!isText(operator) || !(operator in operators)) return false;
  const { value } = node;
  if (value === undefined) return true;
  if (NONE.includes(operator)) return false;
  if (LISTS.includes(operator)) return Array.isArray(value) && value.every(isScalar) && new Set(value.map((one) => typeof one)).size <= 1;
  if (operator === "between") return Array.isArray(value) && value.length === 2 && value.every(isScalar);
  return isScalar(value);
}

/** A comparison with one value, with a list of values, or with a range. */
export function operand({ kind = "text" as Kind, operator = "equals", value = undefined as Scalar | undefined } = {}): Field {
  return {
    keys: ["operator", "value"],
    label: fields.operator,
    fits: (node) => fits(node, operator),
    show: (props) => <Operand {...props} preset={{ kind, operator, value }} />,
  };
}

interface Preset {
  kind: Kind;
  operator: string;
  value: Scalar | undefined;
}

function Operand({ node, set, path, wrong, preset }: FieldProps & { preset: Preset }) {
  const operator = (node.operator as string) ?? preset.operator;
  const value = node.value ?? (NONE.includes(operator) ? undefined : preset.value);
  const kind = kindOf(value, preset.kind);
  const error = errorAt(wrong, `${path}.value`);
  const first = Array.isArray(value) ? value[0] : value;

  function compare(next: string) {
    const one = as(kind, first);
    if (NONE.includes(next)) set({ operator: next, value: undefined });
    else if (LISTS.includes(next)) set({ operator: next, value: Array.isArray(value) ? value : one === "" ? [] : [one] });
    else if (next === "between") set({ operator: next, value: Array.isArray(value) && value.length === 2 ? value : [one, one] });
    else set({ operator: next, value: one });
  }

  const convert = (next: Kind) => set({ value: Array.isArray(value) ? [...new Set(value.map((one) => as(next, one)))] : as(next, value) });
  return (
    <>
      <SelectField label={fields.operator} value={operator} onChange={compare} options={optionsOf<string>(operators)} error={errorAt(wrong, `${path}.operator`)} />
      {LISTS.includes(operator) && (
        <Pick
          several
          of="free"
          label={fields.value}
          placeholder={texts.addValue}
          values={((value as Scalar[]) ?? []).map(String)}
          onChange={(all) => set({ value: all.map((one) => as(kind, one)) })}
          error={error}
        />
      )}
      {operator === "between" && [0, 1].map((at) => (
        <One key={at} label={at ? fields.to : fields.from} kind={kind} value={(value as Scalar[] | undefined)?.[at]} error={at ? undefined : error}
          onChange={(next) => set({ value: at ? [(value as Scalar[])?.[0] ?? as(kind, ""), next] : [next, (value as Scalar[])?.[1] ?? as(kind, "")] })} />
      ))}
      {![...LISTS, ...NONE, "between"].includes(operator) && (
        <One label={fields.value} kind={kind} value={value as Scalar | undefined} error={error} onChange={(next) => set({ value: next })} />
      )}
      {!NONE.includes(operator) && !(preset.kind === "number" && kind === "number") && <SelectField label={fields.as} value={kind} onChange={convert} options={optionsOf(texts.valueTypes)} />}
    </>
  );
}

interface OneProps {
  label: string;
  kind: Kind;
  value: Scalar | undefined;
  onChange: (value: Scalar | undefined) => void;
  error: string | undefined;
}

function One({ label, kind, value, onChange, error }: OneProps) {
  if (kind === "number") return <NumberInput label={label} value={value as number} onChange={onChange} error={error} />;
  if (kind === "text") return <TextInput label={label} value={value as string} onChange={onChange} error={error} />;
  return <SelectField label={label} value={String(value ?? false)} onChange={(next) => onChange(next === "true")} options={optionsOf<string>(texts.yesNo)} error={error} />;
}

const DAYS = /_days_(ago|ahead)$/;
const PERIODS = ["this", "last", "next"];

function dateFits({ operator, value }: Json): boolean {
  if (!isText(operator) || !(operator in dateOperators)) return operator === undefined;
  if (value === undefined) return true;
  if (DAYS.test(operator)) return isNumber(value);
  if (operator === "between") return Array.isArray(value) && value.length === 2 && value.every(isText);
  return isText(value) && (!PERIODS.includes(operator) || value in texts.periods);
}

/** What a date is compared with: a number of days, a calendar period, a day, two days. */
export const dateOperand: Field = {
  keys: ["operator", "value"],
  label: fields.operator,
  fits: dateFits,
  show: (props) => <DateOperand {...props} />,
};

function DateOperand({ node, set, path, wrong }: FieldProps) {
  const operator = (node.operator as string) ?? "less_than_days_ago";
  const error = errorAt(wrong, `${path}.value`);
  const { value } = node;

  function compare(next: string) {
    if (DAYS.test(next)) set({ operator: next, value: isNumber(value) ? value : 7 });
    else if (PERIODS.includes(next)) set({ operator: next, value: isText(value) && value in texts.periods ? value : "month" });
    else if (next === "between") set({ operator: next, value: ["", ""] });
    else set({ operator: next, value: isText(value) && !(value in texts.periods) ? value : "" });
  }

  const range = Array.isArray(value) ? (value as string[]) : ["", ""];
  return (
    <>
      <SelectField label={fields.operator} value={operator} onChange={compare} options={optionsOf<string>(dateOperators)} error={errorAt(wrong, `${path}.operator`)} />
      {DAYS.test(operator) && <NumberInput label={fields.days} value={value as number} onChange={(next) => set({ value: next })} error={error} />}
      {PERIODS.includes(operator) && <PeriodInput label={fields.period} value={value as string} onChange={(next) => set({ value: next })} error={error} />}
      {operator === "between" && (
        <>
          <TextInput label={fields.from} value={range[0]} onChange={(next) => set({ value: [next ?? "", range[1]] })} error={error} />
          <TextInput label={fields.to} value={range[1]} onChange={(next) => set({ value: [range[0], next ?? ""] })} />
        </>
      )}
      {["after", "before", "on"].includes(operator) && <TextInput label={fields.day} value={value as string} onChange={(next) => set({ value: next })} error={error} />}
    </>
  );
}
