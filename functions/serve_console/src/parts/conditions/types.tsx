/*
 * The types of conditions, a line each: what a new one begins with, and its fields. The names of types, operators and
 * other values are in texts/en/conditions.ts, checked against the OpenAPI document. What is in neither is edited as JSON.
 */
import { SelectField } from "#core";
import { conditions as texts } from "#texts/conditions";
import { type Field, choice, flag, named, number, optional, text } from "./fields";
import { operand, dateOperand } from "./operand";
import { Pick } from "./Pick";
import { selector } from "./selector";
import { sequence } from "./sequence";
import { type Json, errorAt, isText, optionsOf } from "./tree";
import { window } from "./window";

export type Type = keyof typeof texts.types;

interface Described {
  fresh: Json;
  fields: Field[];
}

const { fields } = texts;
type Measure = keyof typeof texts.measures;
const MEASURES = Object.keys(texts.measures) as Measure[];
const NAMES = { aggregate: "aggregates", score: "scores", expression: "expressions" } as const;

/** An aggregate, a score or an expression. */
const measure: Field = {
  keys: MEASURES,
  label: fields.measure,
  fits: (node) => MEASURES.filter((name) => node[name] !== undefined).length === 1 && MEASURES.every((name) => node[name] === undefined || isText(node[name])),
  show: ({ node, set, path, wrong }) => {
    const kind = MEASURES.find((name) => node[name] !== undefined) ?? "aggregate";
    const choose = (next: Measure) => set({ [kind]: undefined, [next]: "" });
    return (
      <>
        <SelectField label={fields.measure} value={kind} onChange={choose} options={optionsOf(texts.measures)} />
        <Pick
          label={texts.measures[kind]}
          of={NAMES[kind]}
          values={node[kind] ? [node[kind] as string] : []}
          onChange={([value]) => set({ [kind]: value ?? "" })}
          error={errorAt(wrong, `${path}.${kind}`)}
        />
      </>
    );
  },
};

/** The date that is compared: one of the customer, or an attribute. */
const whichDate: Field = {
  keys: ["field", "attribute"],
  label: fields.field,
  fits: ({ field, attribute }) =>
    (field === undefined) !== (attribute === undefined) && (field === undefined ? isText(attribute) : String(field) in texts.profileDates),
  show: ({ node, set, path, wrong }) => {
    const kind = node.attribute === undefined ? "field" : "attribute";
    const choose = (next: string) => set(next === "field" ? { attribute: undefined, yearly: undefined, field: "created" } : { field: undefined, attribute: "" });
    const inner = kind === "field" ? choice("field", texts.profileDates) : named("attribute", "attributes");
    return (
      <>
        <SelectField label={fields.kind} value={kind} onChange={choose} options={optionsOf<string>(texts.whichDate)} />
        {inner.show({ node, set, path, wrong })}
      </>
    );
  },
};

/** A user, or nobody: null. */
const user: Field = {
  keys: ["user"],
  label: fields.user,
  fits: ({ user: value }) => value === null || isText(value),
  show: ({ node, set, path, wrong }) => (
    <>
      <SelectField
        label={fields.responsible}
        value={node.user === null ? "nobody" : "someone"}
        onChange={(next) => set({ user: next === "nobody" ? null : "" })}
        options={optionsOf<string>(texts.assigned)}
      />
      {node.user !== null && named("user", "responsibles").show({ node, set, path, wrong })}
    </>
  ),
};

export const TYPES: Record<Type, Described> = {
  attribute: { fresh: { name: "", operator: "equals", value: "" }, fields: [named("name", "attributes"), operand()] },
  tag: { fresh: { tag: "" }, fields: [named("tag", "tags")] },
  list: { fresh: { list: "" }, fields: [named("list", "lists")] },
  class: { fresh: { class: "" }, fields: [named("class", "classes")] },
  kind: { fresh: { kind: "recognised" }, fields: [choice("kind", texts.kinds)] },
  responsible: { fresh: { user: null }, fields: [user] },
  consent: {
    fresh: { channel: "email", state: "granted" },
    fields: [named("channel", "channels"), choice("state", texts.consentStates), optional(text("purpose"), { purpose: "marketing" }), window],
  },
  source: { fresh: { source: "" }, fields: [named("source", "sources")] },
  environment: { fresh: { field: "device_type", operator: "equals", value: "" }, fields: [choice("field", texts.environments, { label: fields.environment }), operand()] },
  segment: { fresh: { segment: "" }, fields: [named("segment", "segments")] },
  date: {
    fresh: { field: "created", operator: "less_than_days_ago", value: 30 },
    fields: [whichDate, dateOperand, optional(flag("yearly"), { yearly: true })],
  },
  random_share: {
    fresh: { percent: 50 },
    fields: [number("percent"), optional(number("from", fields.begins), { from: 50 }), optional(text("seed"), { seed: "test" })],
  },
  value: { fresh: { aggregate: "", operator: "at_least", value: 1 }, fields: [measure, operand({ kind: "number" })] },
  top: { fresh: { percent: 10, aggregate: "" }, fields: [number("percent"), measure] },
  event: {
    fresh: { event: "", operator: "at_least", value: 1 },
    fields: [
      ...selector,
      optional(choice("function", texts.functions, { preset: "count" }), { function: "sum", property: "revenue" }),
      optional(text("property"), { property: "revenue" }),
      operand({ kind: "number", operator: "at_least", value: 1 }),
      window,
    ],
  },
  never: { fresh: { event: "" }, fields: [...selector, window] },
  first_time: { fresh: { event: "", window: { this: "month" } }, fields: [...selector, window] },
  sequence: { fresh: { first: { event: "" }, then: { event: "" } }, fields: sequence },
  stopped: { fresh: { event: "", quiet_days: 90, active_days: 365 }, fields: [...selector, number("quiet_days"), number("active_days")] },
};

export const isType = (type: unknown): type is Type => isText(type) && Object.hasOwn(TYPES, type);

/** A new condition of the type. */
export const fresh = (type: Type | "and" | "or" | "not"): Json => {
  if (type === "and" || type === "or") return { type, conditions: [] };
  if (type === "not") return { type, condition: { type: "or", conditions: [] } };
  return { type, ...TYPES[type].fresh };
};
