import { formatNumber } from "#core";
import { conditions as texts } from "#texts/conditions";
import { type Json, isJson, titleOf } from "./tree";

const LABELS = texts.fields as unknown as Record<string, string>;
const NAMES: Record<string, Record<string, string>> = {
  function: texts.functions,
  state: texts.consentStates,
  field: { ...texts.profileDates, ...texts.environments },
  kind: { ...texts.activityKinds, ...texts.kinds },
};
/** Fields whose value says enough by itself. */
const BARE = ["state", "field", "name", "attribute", "event", "events", "function", "kind", "channel", "tag", "list", "class", "segment", "source", "aggregate", "score", "expression"];
/** Fields that select events. */
const SELECTORS = ["first", "then", "then_not"];
const GROUPS: Record<string, string> = texts.filterGroups;

/** A condition in a line: “Event · Order Completed · is at least 3 · In the last days: 90”. */
export const described = (condition: Json): string => [titleOf(condition), ...phrases(condition)].join(" · ");

/** What a condition says behind its title, part by part. */
export function phrases({ type, operator, value, window, ...rest }: Json): string[] {
  return [
    ...Object.entries(rest).map(([name, one]) => phrase(name, one)),
    ...(operator === undefined && value === undefined ? [] : [compared(operator ?? (type === "event" ? "at_least" : undefined), value, type === "date")]),
    ...(isJson(window) ? [windowOf(window)] : []),
  ];
}

function phrase(name: string, value: unknown): string {
  if (name === "user" && value === null) return texts.assigned.nobody;
  if (name === "where" && Array.isArray(value)) return value.map(filter).join(", ");
  if (SELECTORS.includes(name) && isJson(value)) return `${LABELS[name]}: ${phrases(value).join(", ")}`;
  if (name === "steps" && Array.isArray(value)) return value.map((step, at) => `${texts.fields.step(at + 1)}: ${isJson(step) ? phrases(step).join(", ") : short(step)}`).join("; ");
  if (name === "without") return `${texts.fields.without}: ${[value].flat().map((one) => (isJson(one) ? phrases(one).join(", ") : short(one))).join("; ")}`;
  const shown = NAMES[name]?.[String(value)] ?? short(value);
  return BARE.includes(name) ? shown : `${LABELS[name] ?? name}: ${shown}`;
}

/** “is at least 3”, “less than 30 days ago”. */
function compared(operator: unknown, value: unknown, ofDates: boolean): string {
  if (operator === undefined) return short(value);
  const names: Record<string, string> = ofDates ? texts.dateOperators : texts.operators;
  const name = names[String(operator)] ?? String(operator);
  if (value === undefined) return name;
  return name.includes("…") ? name.replace("…", short(value)) : `${name} ${short(value)}`;
}

/** A comparison of a property, or a group of them. */
function filter(one: unknown): string {
  if (!isJson(one)) return short(one);
  if (Array.isArray(one.where)) return `${GROUPS[String(one.type)] ?? String(one.type)}${one.property ? `, ${short(one.property)}` : ""} (${one.where.map(filter).join(", ")})`;
  return `${short(one.property)} ${compared(one.operator ?? "equals", one.value, false)}`;
}

function windowOf(window: Json): string {
  const [kind, value] = Object.entries(window)[0] ?? ["", ""];
  return `${(texts.windows as Record<string, string>)[kind] ?? kind}: ${short(value)}`;
}

function short(value: unknown): string {
  if (Array.isArray(value)) return value.map(short).join(", ");
  if (isJson(value)) return Object.entries(value).map(([name, one]) => `${name} ${short(one)}`).join(", ");
  return typeof value === "number" ? formatNumber(value) : String(value);
}
