import { conditions as texts } from "#texts/conditions";
import type { Wrong } from "./errors";

/** A JSON object: a condition, a selector, a filter. Everything that is edited is copied, and its other fields are kept. */
export type Json = Record<string, unknown>;

export const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
export const isText = (value: unknown): value is string => typeof value === "string";
export const isNumber = (value: unknown): value is number => typeof value === "number";

/** A copy with these fields changed in place, in their order; undefined removes one. */
export function changed(node: Json, changes: Json): Json {
  const all = Object.entries({ ...node, ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

export const replaced = <T>(list: readonly T[], at: number, value: T): T[] => list.map((one, index) => (index === at ? value : one));
export const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, index) => index !== at);

export function moved<T>(list: readonly T[], at: number, to: number): T[] {
  const rest = without(list, at);
  return [...rest.slice(0, to), list[at] as T, ...rest.slice(to)];
}

/** What is wrong with a field, or with a part of it. */
export function errorAt(wrong: Wrong[], path: string): string | undefined {
  return wrong.find(({ field }) => field === path || field.startsWith(`${path}.`))?.message;
}

/** What is wrong with exactly this place. */
export const errorOf = (wrong: Wrong[], path: string): string | undefined => wrong.find(({ field }) => field === path)?.message;

export const optionsOf = <T extends string>(names: Record<T, string>) =>
  (Object.entries(names) as [T, string][]).map(([value, label]) => ({ value, label }));

/** What a condition is called: its type, or what joins its parts. */
export function titleOf(node: unknown): string {
  if (!isJson(node)) return texts.notObject;
  const names: Record<string, string> = { ...texts.types, ...texts.groups };
  return names[String(node.type)] ?? texts.unknown(String(node.type));
}
