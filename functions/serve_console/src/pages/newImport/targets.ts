import { CHANNELS, type Choice, type Model, channelName } from "#core";
import { newImport as texts } from "#texts/newImport";

export type Target = Pick<Model["ColumnTarget"], "to" | "name" | "yes">;
type Attribute = Model["Attribute"];

const IDENTITIES = ["email", "phone", "user_id", "anonymous_id"];
const EVENT_TARGETS = ["event", "time", "message_id", "state"];
const SEPARATOR = "\n";

/** A target as the value of a choice. */
export const valueOf = ({ to, name, yes }: Target): string => [to, name ?? "", yes === "denied" ? yes : ""].join(SEPARATOR);

export function targetOf(value: string): Target {
  const [to = "", name = "", yes = ""] = value.split(SEPARATOR);
  return { to, name: name || null, yes: yes || null };
}

/** What a target is called: "City", "Customer by e-mail address", "Unsubscribed from SMS". */
export function labelOf({ to, name, yes }: Target, attributes: Attribute[]): string {
  if (to === "attribute") return attributes.find((one) => one.name === name)?.label ?? name ?? "";
  if (to === "identity") return texts.identities[name ?? ""] ?? texts.identity(name ?? "");
  if (to === "consent") return (yes === "denied" ? texts.denies : texts.grants)(channelOf(name ?? ""));
  if (to === "property") return texts.property(name ?? "");
  if (to === "line") return texts.line(name ?? "");
  return texts.targets[to] ?? to;
}

/** "SMS", "E-mail: offers". */
export function channelOf(key: string): string {
  const [channel = "", purpose] = key.split(":");
  const title = channelName(channel);
  return purpose ? `${title}: ${purpose}` : title;
}

/** What a column can become, those that fit the text. */
export function choicesFor(kind: string, attributes: Attribute[], text: string): Choice[] {
  const targets = kind === "events" ? ofEvents(text) : ofCustomers(attributes);
  const wanted = text.toLowerCase();
  return targets
    .map((target) => ({ value: valueOf(target), label: labelOf(target, attributes), detail: texts.groups[target.to] }))
    .filter(({ label, detail }) => `${label} ${detail ?? ""}`.toLowerCase().includes(wanted));
}

const ofCustomers = (attributes: Attribute[]): Target[] => [
  { to: "ignore", name: null, yes: null },
  ...IDENTITIES.map((name) => ({ to: "identity", name, yes: null })),
  ...attributes.filter(canBeImported).map(({ name }) => ({ to: "attribute", name, yes: null })),
  { to: "tags", name: null, yes: null },
  ...CHANNELS.flatMap((name) => [
    { to: "consent", name, yes: "granted" },
    { to: "consent", name, yes: "denied" },
  ]),
  { to: "changed_at", name: null, yes: null },
  { to: "profile_id", name: null, yes: null },
];

const canBeImported = (attribute: Attribute): boolean => !attribute.archived && attribute.set_by !== "by_hand";

const ofEvents = (text: string): Target[] => [
  { to: "ignore", name: null, yes: null },
  ...IDENTITIES.map((name) => ({ to: "identity", name, yes: null })),
  ...EVENT_TARGETS.map((to) => ({ to, name: null, yes: null })),
  ...(text ? ["property", "line"].map((to) => ({ to, name: text, yes: null })) : []),
];
