/* What has changed between two versions of a condition, condition by condition. */
import { type Json, isJson } from "./tree";

export type Mark = "same" | "added" | "removed" | "changed";

export interface Marked {
  mark: Mark;
  node: unknown;
  /** What it was, if it was changed. */
  before?: unknown;
  parts: Marked[];
}

/** The condition with everything that was added, removed and changed since `before`. */
export function difference(before: unknown, after: unknown): Marked[] {
  if (textOf(before) === textOf(after)) return [marked("same", after)];
  const [former, now] = [partsOf(before), partsOf(after)];
  if (former && now && isNot(before) === isNot(after)) {
    const mark = (before as Json).type === (after as Json).type ? "same" : "changed";
    return [{ mark, node: after, before, parts: aligned(former, now) }];
  }
  // A condition was put into a group, or was all that is left of one.
  if (now && holds(now, before)) return [{ mark: "added", node: after, parts: aligned([before], now) }];
  if (former && holds(former, after)) return [{ mark: "removed", node: before, parts: aligned(former, [after]) }];
  if (isJson(before) && isJson(after) && !former && !now && before.type === after.type) return [{ mark: "changed", node: after, before, parts: [] }];
  return [marked("removed", before), marked("added", after)];
}

/** The condition without a comparison. */
export const marked = (mark: Mark, node: unknown): Marked => ({ mark, node, parts: (partsOf(node) ?? []).map((one) => marked(mark, one)) });

/** The conditions in a group; undefined for any other condition. */
export function partsOf(node: unknown): unknown[] | undefined {
  if (!isJson(node)) return undefined;
  if (isNot(node)) return [node.condition];
  return (node.type === "and" || node.type === "or") && Array.isArray(node.conditions) ? node.conditions : undefined;
}

const isNot = (node: unknown): boolean => isJson(node) && node.type === "not" && "condition" in node;
const holds = (parts: unknown[], node: unknown): boolean => parts.some((one) => textOf(one) === textOf(node));

/** What stays is in its order; between, conditions of one type are versions of each other. */
function aligned(before: unknown[], after: unknown[]): Marked[] {
  const found: Marked[] = [];
  let [from, to] = [0, 0];
  for (const [here, there] of [...common(before.map(textOf), after.map(textOf)), [before.length, after.length] as const]) {
    found.push(...replaced(before.slice(from, here), after.slice(to, there)));
    if (here < before.length) found.push(marked("same", after[there]));
    [from, to] = [here + 1, there + 1];
  }
  return found;
}

function replaced(before: unknown[], after: unknown[]): Marked[] {
  const left = [...before];
  const found = after.flatMap((node) => {
    const at = left.findIndex((one) => kindOf(one) === kindOf(node));
    return at < 0 ? [marked("added", node)] : difference(left.splice(at, 1)[0], node);
  });
  return [...left.map((node) => marked("removed", node)), ...found];
}

const kindOf = (node: unknown): unknown => (isJson(node) ? (node.type === "or" ? "and" : node.type) : undefined);

/** The longest common subsequence, as pairs of places. */
export function common(before: string[], after: string[]): [number, number][] {
  const length = before.map(() => new Array<number>(after.length + 1).fill(0));
  length.push(new Array<number>(after.length + 1).fill(0));
  const at = (i: number, j: number) => length[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      (length[i] as number[])[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < before.length && j < after.length; ) {
    if (before[i] === after[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** The same text for the same condition, in whatever order its fields are. */
const textOf = (node: unknown): string =>
  JSON.stringify(node, (_, value: unknown) => (isJson(value) ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) : value)) ?? "";
