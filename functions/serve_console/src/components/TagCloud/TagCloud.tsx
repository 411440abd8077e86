import { formatCount } from "../../format";
import { classes } from "../classes";
import "./TagCloud.css";

const SIZES = 4;

interface Props {
  label: string;
  tags: { name: string; count: number; more?: boolean }[];
  /** Where a tag leads. Without it, tags are buttons that are chosen. */
  hrefOf?: (name: string) => string;
  chosen?: string[];
  onToggle?: (name: string) => void;
}

/** Tags with their numbers of customers; the more customers, the larger. */
export function TagCloud({ label, tags, hrefOf, chosen = [], onToggle }: Props) {
  const most = Math.max(...tags.map(({ count }) => count), 1);
  return (
    <ul class="tag-cloud" aria-label={label}>
      {tags.map(({ name, count, more }) => {
        const isChosen = chosen.includes(name);
        const look = classes("cloud-tag", `cloud-${sizeOf(count, most)}`, isChosen && "is-chosen");
        const content = (
          <>
            <span class="truncate">{name}</span> <span class="soft small number">{formatCount({ count, more: more ?? false })}</span>
          </>
        );
        return (
          <li key={name}>
            {hrefOf ? (
              <a class={look} href={hrefOf(name)}>
                {content}
              </a>
            ) : (
              <button type="button" class={look} aria-pressed={isChosen} onClick={() => onToggle?.(name)}>
                {content}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** By orders of magnitude, so that one tag of nearly all customers does not make the others equal. */
const sizeOf = (count: number, most: number): number => Math.ceil((Math.log(count + 1) / Math.log(most + 1)) * (SIZES - 1)) + 1;
