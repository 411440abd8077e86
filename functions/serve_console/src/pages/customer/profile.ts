/* What the card knows of a profile: its name, and how two versions of it differ. */
import type { Model } from "#core";

export type Profile = Model["Profile"];
type ConsentState = "granted" | "denied";

/** What an edit changes, as `PATCH /v1/profiles/{id}` takes it. */
export interface Changes {
  attributes?: Record<string, unknown>;
  tags?: Switches;
  classes?: Switches;
  consents?: Statement[];
  /** Null removes the responsible user. */
  responsible?: string | null;
}

interface Switches {
  add?: string[];
  remove?: string[];
}

interface Statement {
  channel: string;
  purpose: string | null;
  state: ConsentState;
  proof?: string | null;
  source?: string | null;
}

/** A profile with the ETag of its version. */
export interface Version {
  profile: Profile;
  etag: string | undefined;
}

/** Something that two people have changed: as it was, as it is now, and as this person wants it. */
export interface Difference {
  /** `attributes.city`, `consents.email`, `responsible`. */
  id: string;
  name: string;
  before: unknown;
  theirs: unknown;
  mine: unknown;
}

export function nameOf({ attributes, identities }: Profile): string | null {
  const name = [attributes.first_name, attributes.last_name].filter((part) => typeof part === "string").join(" ");
  const email = attributes.email ?? identities.find(({ type }) => type === "email")?.value;
  return name || textOf(attributes.name) || textOf(email);
}

const textOf = (value: unknown): string | null => (typeof value === "string" && value ? value : null);

export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** The key of a consent: its channel, with the purpose if that is not marketing. */
export const consentKey = (channel: string, purpose?: string | null): string =>
  purpose && purpose !== "marketing" ? `${channel}:${purpose}` : channel;

/** The changes whose value another user has changed to something else since. Tags and classes never collide. */
export function differences(changes: Changes, base: Profile, fresh: Profile): Difference[] {
  return settings(changes)
    .map(({ id, name, mine, of }) => ({ id, name, mine, before: of(base) ?? null, theirs: of(fresh) ?? null }))
    .filter(({ before, theirs, mine }) => !isSame(before, theirs) && !isSame(theirs, mine));
}

interface Setting {
  id: string;
  name: string;
  mine: unknown;
  of: (profile: Profile) => unknown;
}

function settings({ attributes, consents, responsible }: Changes): Setting[] {
  return [
    ...Object.entries(attributes ?? {}).map(([name, mine]) => ({
      id: `attributes.${name}`,
      name,
      mine,
      of: (profile: Profile) => profile.attributes[name],
    })),
    ...(consents ?? []).map(({ channel, purpose, state }) => {
      const key = consentKey(channel, purpose);
      return { id: `consents.${key}`, name: key, mine: state, of: (profile: Profile) => profile.consents[key]?.state };
    }),
    ...(responsible === undefined
      ? []
      : [{ id: "responsible", name: "responsible", mine: responsible, of: (profile: Profile) => profile.responsible }]),
  ];
}

/** The changes without those that were decided for the other person. */
export function without({ attributes, consents, responsible, ...rest }: Changes, ids: ReadonlySet<string>): Changes {
  const kept = Object.entries(attributes ?? {}).filter(([name]) => !ids.has(`attributes.${name}`));
  const stated = (consents ?? []).filter(({ channel, purpose }) => !ids.has(`consents.${consentKey(channel, purpose)}`));
  return {
    ...rest,
    ...(kept.length > 0 && { attributes: Object.fromEntries(kept) }),
    ...(stated.length > 0 && { consents: stated }),
    ...(responsible !== undefined && !ids.has("responsible") && { responsible }),
  };
}

export const isEmpty = (changes: Changes): boolean => Object.keys(changes).length === 0;

/** The changes that take these back; undefined if something was stated for the first time, which cannot be unsaid. */
export function inverse({ attributes, tags, classes, consents, responsible }: Changes, base: Profile): Changes | undefined {
  const before = (consents ?? []).map(({ channel, purpose }) => ({
    channel,
    purpose,
    state: base.consents[consentKey(channel, purpose)]?.state,
  }));
  const restated = before.flatMap(({ channel, purpose, state }) =>
    state === "granted" || state === "denied" ? [{ channel, purpose, state }] : [],
  );
  if (restated.length < before.length) return undefined;
  return {
    ...(attributes && {
      attributes: Object.fromEntries(Object.keys(attributes).map((name) => [name, base.attributes[name] ?? null])),
    }),
    ...(tags && { tags: reversed(tags, base.tags) }),
    ...(classes && { classes: reversed(classes, base.classes) }),
    ...(restated.length > 0 && { consents: restated }),
    ...(responsible !== undefined && { responsible: base.responsible }),
  };
}

const reversed = ({ add = [], remove = [] }: Switches, held: string[]): Switches => ({
  add: remove.filter((one) => held.includes(one)),
  remove: add.filter((one) => !held.includes(one)),
});
