import { common } from "#texts/common";
import { caller } from "../../caller";

const { authors } = common;

interface Props {
  /** `key:<id>`, the id of a source, `form:<id>`, `bucket`, `system`... */
  source: string;
  /** What it is called now, where the API tells. */
  name?: string | null;
}

/** Who did something: the reader, a colleague's key, a form, a file, the system. */
export const Author = (props: Props) => <span class="author">{authorOf(props)}</span>;

export function authorOf({ source, name }: Props): string {
  const [kind, id = ""] = source.split(":", 2) as [string, string?];
  if (kind === "key" && id === caller().id) return authors.you(name ?? caller().name);
  return name ?? authors.kinds[kind]?.(id) ?? source;
}
