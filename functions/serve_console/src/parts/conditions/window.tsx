import { SelectField } from "#core";
import { conditions as texts } from "#texts/conditions";
import { type Field, type FieldProps, optional } from "./fields";
import { NumberInput, PeriodInput, TextInput } from "./inputs";
import { type Json, errorAt, isJson, isNumber, isText, optionsOf } from "./tree";

const { fields, windows } = texts;
type Kind = keyof typeof windows;

const isPair = (is: (one: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.length === 2 && value.every(is);
const isDuration = (value: unknown) =>
  isJson(value) && Object.entries(value).every(([name, one]) => ["hours", "minutes"].includes(name) && isNumber(one));

/** What each kind of window holds, and what it begins with. */
const KINDS: Record<Kind, { fits: (value: unknown) => boolean; fresh: unknown }> = {
  within_days: { fits: isNumber, fresh: 30 },
  days_ago: { fits: isPair(isNumber), fresh: [7, 30] },
  within: { fits: isDuration, fresh: { hours: 2 } },
  hours_ago: { fits: isPair(isNumber), fresh: [1, 24] },
  minutes_ago: { fits: isPair(isNumber), fresh: [30, 90] },
  this: { fits: isText, fresh: "month" },
  to_date: { fits: isText, fresh: "year" },
  last: { fits: isText, fresh: "quarter" },
  between: { fits: isPair(isText), fresh: ["", ""] },
  after: { fits: isText, fresh: "" },
  before: { fits: isText, fresh: "" },
  on: { fits: isText, fresh: "" },
};

/** The time in which events count. */
export const window: Field = optional(
  {
    keys: ["window"],
    label: fields.window,
    fits: ({ window: value }) => {
      if (value === undefined) return true;
      const [kind, ...more] = isJson(value) ? Object.keys(value) : [];
      return kind !== undefined && !more.length && kind in KINDS && KINDS[kind as Kind].fits((value as Json)[kind]);
    },
    show: (props) => <WindowInput {...props} />,
  },
  { window: { within_days: 30 } },
);

function WindowInput({ node, set, path, wrong }: FieldProps) {
  const held = node.window as Json;
  const kind = Object.keys(held)[0] as Kind;
  const value = held[kind];
  const change = (next: unknown) => set({ window: { [kind]: next } });
  const error = errorAt(wrong, `${path}.window`);
  const pair = value as never[];
  const Input = isNumber(pair[0]) ? NumberInput : TextInput;
  return (
    <>
      <SelectField
        label={fields.window}
        value={kind}
        onChange={(next) => set({ window: { [next]: KINDS[next].fresh } })}
        options={optionsOf(windows)}
        error={error}
      />
      {kind === "within_days" && <NumberInput label={fields.days} value={value as number} onChange={(next) => change(next ?? null)} />}
      {Array.isArray(value) && (
        <>
          <Input label={fields.from} value={pair[0]} onChange={(next: unknown) => change([next ?? 0, pair[1]])} />
          <Input label={fields.to} value={pair[1]} onChange={(next: unknown) => change([pair[0], next ?? 0])} />
        </>
      )}
      {kind === "within" && <DurationInput value={value as Json} onChange={change} />}
      {["this", "to_date", "last"].includes(kind) && <PeriodInput label={fields.period} value={value as string} onChange={change} />}
      {["after", "before", "on"].includes(kind) && <TextInput label={fields.day} value={value as string} onChange={(next) => change(next ?? "")} />}
    </>
  );
}

function DurationInput({ value, onChange }: { value: Json; onChange: (value: Json) => void }) {
  return (
    <>
      {(["hours", "minutes"] as const).map((unit) => (
        <NumberInput
          key={unit}
          label={fields[unit]}
          value={value[unit] as number}
          onChange={(next) => {
            const { [unit]: _, ...rest } = value;
            onChange(next === undefined ? rest : { ...value, [unit]: next });
          }}
        />
      ))}
    </>
  );
}

/** The limit in hours and minutes between two steps. */
export const within: Field = optional(
  {
    keys: ["within"],
    label: fields.within,
    fits: ({ within: value }) => value === undefined || isDuration(value),
    show: ({ node, set }) => <DurationInput value={node.within as Json} onChange={(next) => set({ within: next })} />,
  },
  { within: { hours: 1 } },
);
