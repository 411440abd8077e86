import type { IconNode } from "lucide";
import { h } from "preact";

interface Props {
  /** An icon of Lucide: `import { Users } from "lucide"`. */
  of: IconNode;
  size?: number;
}

/** A picture beside a text that says the same: screen readers skip it. */
export function Icon({ of, size = 16 }: Props) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={1.75}
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      {of.map(([tag, attributes]) => h(tag, attributes as object))}
    </svg>
  );
}
