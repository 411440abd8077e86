/* Attributes as people read and type them. */
import { type Model, api, data, formatDate, formatDateTime, formatNumber, shared } from "#core";
import { customer as texts } from "#texts/customer";

export type Definition = Model["Attribute"];
type Type = Definition["type"];

/** Standard attributes by the group that the card shows them in; any other is in the last one. */
const GROUPS: Record<string, string[]> = {
  name: ["salutation", "first_name", "last_name", "name", "username"],
  contact: ["email", "phone", "mobile", "other_phone", "fax"],
  address: ["street", "address", "zip", "city", "region", "country"],
  demographics: ["birthday", "age", "gender", "language"],
  company: ["company", "title", "department", "industry", "vat_id", "organisations"],
  websites: ["website", "websites", "facebook", "instagram", "linkedin", "pinterest", "tiktok", "x", "xing", "youtube"],
  loyalty: ["loyalty_card", "loyalty_points", "account_balance", "plan"],
};
const HIDDEN = ["avatar"];

/** The attributes that the customer has, and those that are `edited`, by group and in the order in which people look for them. */
export function grouped(attributes: Record<string, unknown>, edited: readonly string[]): { group: string; names: string[] }[] {
  const standard = new Set([...Object.values(GROUPS).flat(), ...HIDDEN]);
  const held = new Set([...Object.keys(attributes).filter((name) => attributes[name] !== null), ...edited]);
  const rest = [...held].filter((name) => !standard.has(name));
  return [...Object.entries(GROUPS), ["more", rest.sort()] as const]
    .map(([group, names]) => ({ group, names: names.filter((name) => held.has(name)) }))
    .filter(({ names }) => names.length > 0);
}

let known = new Map<string, Definition>();

/** The declared attributes; read when somebody edits, and kept. */
export async function definitions(): Promise<Definition[]> {
  const found = await shared("attributes.declared", async () => (await data(api.GET("/v1/attributes"))).attributes);
  known = new Map(found.map((one) => [one.name, one]));
  return found;
}

export const definitionOf = (name: string): Definition | undefined => known.get(name);

/** What an attribute is called: its label where it is known, else its name in words. */
export const labelOf = (name: string): string => known.get(name)?.label ?? texts.labels[name] ?? wordsOf(name);

/** A name in words, as properties of events have no labels. */
export function wordsOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A value as text; null if there is none. */
export function shown(value: unknown): string | null {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "boolean") return value ? texts.yes : texts.no;
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value)) return value.map((one) => shown(one) ?? "").join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  if (DATE.test(text)) return formatDate(`${text}T12:00:00Z`);
  return INSTANT.test(text) && !Number.isNaN(Date.parse(text)) ? formatDateTime(text) : text;
}

export const typeOf = (name: string, value: unknown): Type => {
  const declared = known.get(name)?.type;
  if (declared) return declared;
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  return Array.isArray(value) ? "list" : "text";
};

/** A value as it is typed into a field. */
export const typed = (value: unknown): string => {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

/** What was typed, as the API takes it: nothing is null, which empties the attribute. */
export function parsed(text: string, type: Type): unknown {
  const value = text.trim();
  if (value === "") return null;
  if (type === "number") return Number.isNaN(Number(value)) ? value : Number(value);
  if (type === "boolean") return value === "true";
  if (type === "list") return value.split(",").map((one) => one.trim()).filter(Boolean);
  return value;
}
