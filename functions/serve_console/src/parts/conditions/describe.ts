import { formatNumber } from "#core";
import { conditions as texts } from "#texts/conditions";
import { type Json, isJson, titleOf } from "./tree";

const NAMES: Record<string, Record<string, string>> = {
  operator: { ...texts.operators, ...texts.dateOperators },
  function: texts.functions,
  state: texts.consentStates,
  field: { ...texts.profileDates, ...texts.environments },
};
/** Fields whose value says enough by itself. */
const BARE = ["operator", "value", "state", "field", "name", "attribute", "event", "events", "function", "channel", "tag", "list", "class", "segment"];

/** A condition in a line: “Event: Order Completed · Value: at least 3 · When: in the last 90 days”. */
export function described(condition: Json): string {
  const { type, ...rest } = condition;
  const parts = Object.entries(rest).map(([name, value]) => phrase(name, value));
  return [titleOf({ type }), ...parts].join(" · ");
}

function phrase(name: string, value: unknown): string {
  const labels = texts.fields as unknown as Record<string, string>;
  const shown = NAMES[name]?.[String(value)] ?? short(value);
  if (name === "window" && isJson(value)) return windowOf(value);
  return BARE.includes(name) ? shown : `${labels[name] ?? name}: ${shown}`;
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
