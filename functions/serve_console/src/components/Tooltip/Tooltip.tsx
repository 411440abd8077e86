import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import "./Tooltip.css";

interface Props {
  text: string;
  children: ComponentChildren;
}

/** More about a word, on hover and on focus; Escape hides it. */
export function Tooltip({ text, children }: Props) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <span
      class="tooltip"
      tabIndex={0}
      aria-describedby={shown ? id : undefined}
      onPointerEnter={() => setShown(true)}
      onPointerLeave={() => setShown(false)}
      onFocus={() => setShown(true)}
      onBlur={() => setShown(false)}
      onKeyDown={(event) => event.key === "Escape" && setShown(false)}
    >
      {children}
      {shown && (
        <span role="tooltip" id={id} class="tooltip-text">
          {text}
        </span>
      )}
    </span>
  );
}
