import { channelName, formatDate, plural } from "#core";
import { customers as texts } from "#texts/customers";
import { DAY_OPERATORS, type Filter, filterName, textOf, valuesOf } from "./names";

/** A chosen filter as it is shown, and what removes it from the address. */
export interface Chosen {
  id: string;
  label: string;
  without: Record<string, string | null>;
}

const { filters } = texts;
/** What applies as a whole is one entry; of tags, lists, segments and agreements each value is one. */
const SEPARATE = new Set(["tag", "tag.none", "list", "list.none", "segment", "segment.none", "consent"]);

export function chosenOf(filter: Filter): Chosen[] {
  return Object.entries(filter).flatMap(([name, text]) => {
    const values = valuesOf(text);
    if (!SEPARATE.has(name)) return [{ id: name, label: describe(name, values), without: { [name]: null } }];
    return values.map((value) => ({
      id: `${name}=${value}`,
      label: describe(name, [value]),
      without: { [name]: textOf(values.filter((other) => other !== value)) },
    }));
  });
}

function describe(name: string, values: string[]): string {
  if (name === "responsible.missing") return values[0] === "true" ? filters.nobody : filters.somebody;
  if (name === "consent") return consentLabel(values[0] ?? "");
  const [field = "", operator = ""] = name.split(".");
  const label = filters.fields[field as keyof typeof filters.fields];
  return filters.chosen(label, filters.operators[operator as keyof typeof filters.operators], valueLabel(operator, values));
}

function valueLabel(operator: string, values: string[]): string {
  const [value = ""] = values;
  if (DAY_OPERATORS.some((one) => one === operator)) return plural(Number(value), filters.daysAgo);
  const isDay = ["after", "on", "before"].includes(operator) && /^\d{4}-\d\d-\d\d$/.test(value);
  return isDay ? formatDate(`${value}T12:00:00Z`) : values.join(filters.or);
}

/** `email:granted`, `sms:newsletter:denied`: the channel, its purpose unless that is marketing, and the state. */
export function consentLabel(consent: string): string {
  const parts = consent.split(":");
  const [channel = "", ...purpose] = parts.slice(0, -1);
  const state = parts.at(-1) as keyof typeof filters.states;
  return `${[channelName(channel), ...purpose].join(" ")}: ${filters.states[state] ?? state}`;
}

/** The operator that a field has in the address, and its value. */
export function operatorOf<O extends string>(filter: Filter, field: string, operators: readonly O[]): [O, string] | undefined {
  const operator = operators.find((one) => filter[filterName(field, one)] !== undefined);
  return operator === undefined ? undefined : [operator, filter[filterName(field, operator)] ?? ""];
}
