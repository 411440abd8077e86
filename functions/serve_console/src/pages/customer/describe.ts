/* What an activity says in one line, and in a second one. */
import { channelName, formatMoney, formatNumber, plural } from "#core";
import { customer as texts } from "#texts/customer";
import { labelOf, shown, wordsOf } from "./attributes";
import type { Activity } from "./useTimeline";

export interface Described {
  title: string;
  /** What it was about: a page, an order, a text. */
  detail?: string | null;
}

type Properties = Record<string, unknown>;

const text = (value: unknown): string | null => (typeof value === "string" && value ? value : null);
const record = (value: unknown): Properties => (value && typeof value === "object" && !Array.isArray(value) ? (value as Properties) : {});
const list = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);

const say = texts.activity;

const TYPES: Record<string, (activity: Activity) => Described> = {
  page: ({ name, properties }) => ({ title: say.viewed(name ?? text(properties.title) ?? say.page), detail: text(properties.url) ?? text(properties.path) }),
  screen: ({ name }) => ({ title: say.viewed(name ?? say.screen) }),
  track: ({ name, properties }) => ({ title: name ?? say.event, detail: aboutOf(properties) }),
  identify: ({ properties }) => ({ title: say.identified, detail: Object.keys(properties).map(labelOf).join(", ") }),
  group: ({ name, properties }) => ({ title: say.joined(text(properties.name) ?? name ?? "") }),
  alias: () => ({ title: say.alias }),
  form: ({ name }) => ({ title: say.form(name ?? "") }),
  note: ({ name, properties }) => ({ title: say.note[name ?? ""] ?? say.note.added ?? "", detail: text(properties.text) }),
  task: ({ name, properties }) => ({ title: say.task[name ?? ""] ?? say.task.added ?? "", detail: text(properties.name) ?? taskChange(properties) }),
  "profile.created": ({ properties }) => ({ title: say.created, detail: changeNames(properties) }),
  "profile.edited": ({ properties }) => ({ title: say.edited(changeNames(properties) || say.profile), detail: oneChange(properties) }),
  "profile.imported": ({ properties }) => ({ title: say.imported, detail: changeNames(properties) }),
  "profile.deleted": () => ({ title: say.deleted }),
  "profile.restored": () => ({ title: say.restored }),
  "profile.merged": () => ({ title: say.merged }),
  "profile.unmerged": () => ({ title: say.unmerged }),
  "tag.added": ({ name, properties }) => ({ title: say.tagged(named(name, properties, "tags", "added")) }),
  "tag.removed": ({ name, properties }) => ({ title: say.untagged(named(name, properties, "tags", "removed")) }),
  "list.joined": ({ name, properties }) => ({ title: say.listed(named(name, properties, "lists", "added")) }),
  "list.left": ({ name, properties }) => ({ title: say.unlisted(named(name, properties, "lists", "removed")) }),
  "segment.entered": ({ name }) => ({ title: say.entered(name ?? say.deletedSegment) }),
  "segment.left": ({ name }) => ({ title: say.left(name ?? say.deletedSegment) }),
  "consent.changed": ({ properties }) => ({ title: consents(properties) }),
  "score.adjusted": ({ properties }) => ({
    title: say.points(signed(properties.points), text(properties.score) ?? ""),
    detail: text(properties.reason),
  }),
  "identity.conflict": () => ({ title: say.conflict }),
  "identity.shared": () => ({ title: say.shared }),
  "conflict.settled": () => ({ title: say.settled }),
};

export function describe(activity: Activity): Described {
  const known = TYPES[activity.type];
  return known ? known(activity) : { title: activity.name ?? activity.type };
}

/** An order's total, a product's name, a subject, or the first thing that is a text. */
function aboutOf(properties: Properties): string | null {
  const amount = properties.total ?? properties.revenue ?? properties.value;
  const parts = [
    typeof amount === "number" ? formatMoney(amount, text(properties.currency)) : null,
    text(properties.subject) ?? text(properties.name) ?? text(properties.title) ?? text(properties.order_id) ?? text(properties.url),
    Array.isArray(properties.products) ? plural(properties.products.length, say.products) : null,
  ];
  return parts.filter(Boolean).join(" · ") || null;
}

const signed = (points: unknown): string => (typeof points === "number" ? (points > 0 ? "+" : "") + formatNumber(points) : "");

const named = (name: string | null, properties: Properties, part: string, how: string): string =>
  name ?? list(record(properties[part])[how]).join(", ");

function consents(properties: Properties): string {
  return Object.entries(record(properties.consents))
    .map(([key, state]) => say.consent(channelName(key), texts.consents.states[String(state)] ?? String(state)))
    .join(", ");
}

/** Names of what an edit changed. */
function changeNames(properties: Properties): string {
  const parts = ["tags", "lists", "segments", "classes", "responsible", "consents"].filter((part) => properties[part]);
  return [...Object.keys(record(properties.attributes)).map(labelOf), ...parts.map((part) => texts.parts[part] ?? part)].join(", ");
}

/** Before and after, where it is one value. */
function oneChange(properties: Properties): string | null {
  const changes = changesOf(properties);
  const [only] = changes;
  if (!only || changes.length > 1) return null;
  return only.isSet ? only.after : `${only.before ?? say.nothing} → ${only.after ?? say.nothing}`;
}

function taskChange(properties: Properties): string | null {
  return Object.keys(properties).filter((name) => name !== "id").map((name) => texts.tasks.fields[name] ?? name).join(", ") || null;
}

export interface Change {
  name: string;
  before: string | null;
  after: string | null;
  /** Members that were added and removed, instead of a value. */
  isSet?: boolean;
}

/** What an edit, a row of a file or a task changed: before and after. */
export function changesOf(properties: Properties): Change[] {
  const attributes = Object.entries(record(properties.attributes)).map(([name, change]) => changed(labelOf(name), change));
  const responsible = properties.responsible ? [changed(texts.parts.responsible ?? "", properties.responsible)] : [];
  const sets = ["tags", "lists", "classes"].flatMap((part) => {
    const { added, removed } = record(properties[part]);
    const moves = [...list(added).map((name) => `+ ${name}`), ...list(removed).map((name) => `− ${name}`)];
    return moves.length ? [{ name: texts.parts[part] ?? part, before: null, after: moves.join(", "), isSet: true }] : [];
  });
  const stated = Object.entries(record(properties.consents)).map(([key, state]) => ({
    name: channelName(key),
    before: null,
    after: texts.consents.states[String(state)] ?? String(state),
  }));
  return [...attributes, ...responsible, ...sets, ...stated];
}

function changed(name: string, change: unknown): Change {
  const { from, to } = record(change);
  return { name, before: shown(from), after: shown(to) };
}

const EDIT_PARTS = new Set(["attributes", "responsible", "tags", "lists", "classes", "consents"]);

/** Properties that are not listed as changes, with their labels. */
export function restOf({ type, properties, ...activity }: Activity): [string, unknown][] {
  const work = type === "note" || type === "task";
  return Object.entries(properties)
    .filter(([name]) => (work ? name !== "id" : !isEdit({ type, properties, ...activity }) || !EDIT_PARTS.has(name)))
    .map(([name, value]) => [
      work ? (texts.tasks.fields[name] ?? wordsOf(name)) : type === "identify" ? labelOf(name) : wordsOf(name),
      work ? wordOf(name, value) : value,
    ]);
}

const wordOf = (name: string, value: unknown): unknown =>
  (name === "status" ? statuses : name === "priority" ? priorities : {})[String(value)] ?? value;
const statuses: Record<string, string> = texts.tasks.statuses;
const priorities: Record<string, string> = texts.tasks.priorities;

export const isEdit = ({ type }: Activity): boolean => /^(profile|tag|list|consent)\./.test(type);
