import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import "./Panel.css";

interface Props {
  title?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
  /** Lists and tables reach its edges. */
  flush?: boolean;
  /** One of several whose titles may be the same: no landmark, which needs a name of its own. */
  repeated?: boolean;
}

/** A part of a page with a title of its own. */
export function Panel({ title, actions, children, flush, repeated }: Props) {
  const id = useId();
  return (
    <section class={flush ? "panel panel-flush" : "panel"} aria-labelledby={title && !repeated ? id : undefined}>
      {title && (
        <header class="panel-header">
          <h2 id={id}>{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
