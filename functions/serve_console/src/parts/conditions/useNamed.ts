import { useEffect, useState } from "#core";
import { type Names, labelsOf } from "./names";
import { isJson, isText } from "./tree";

/** Fields with the id of something that has a name. */
const REFERENCES: Record<string, Names> = {
  tag: "tags",
  list: "lists",
  segment: "segments",
  aggregate: "aggregates",
  score: "scores",
  expression: "expressions",
  source: "sources",
};

/** Conditions with names in place of ids, as soon as they are read; an id without a name stays. */
export function useNamed(conditions: unknown[]): unknown[] {
  const [names, setNames] = useState<Map<string, string>>(new Map());
  const kinds = [...new Set(conditions.flatMap(kindsIn))].sort().join();
  useEffect(() => {
    if (!kinds) return;
    void Promise.all((kinds.split(",") as Names[]).map(labelsOf)).then((all) => setNames(new Map(all.flatMap((one) => [...one]))));
  }, [kinds]);
  return conditions.map((one) => withNames(one, names));
}

function kindsIn(node: unknown): Names[] {
  if (Array.isArray(node)) return node.flatMap(kindsIn);
  if (!isJson(node)) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const kind = REFERENCES[key];
    return kind && isText(value) ? [kind] : kindsIn(value);
  });
}

function withNames(node: unknown, names: Map<string, string>): unknown {
  if (Array.isArray(node)) return node.map((one) => withNames(one, names));
  if (!isJson(node)) return node;
  const named = Object.entries(node).map(([key, value]) => [key, key in REFERENCES && isText(value) ? (names.get(value) ?? value) : withNames(value, names)]);
  return Object.fromEntries(named);
}
