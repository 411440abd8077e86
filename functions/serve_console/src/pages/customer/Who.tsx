import { caller } from "#core";
import { customer as texts } from "#texts/customer";

interface Props {
  /** `key:<id>`, the id of a source, `system`... */
  source: string;
  /** What it is called now, where the API tells. */
  name?: string | null;
}

/** Who did something: the person, a colleague's key, a form, a file, the system. */
export const Who = ({ source, name }: Props) => <span class="who">{whoIs(source, name)}</span>;

export function whoIs(source: string, name?: string | null): string {
  const [kind, id = ""] = source.split(":", 2) as [string, string?];
  if (kind === "key" && id === caller().id) return texts.who.you(name ?? caller().name);
  if (name) return name;
  const known = texts.who.kinds[kind];
  return known ? known(id) : source;
}
