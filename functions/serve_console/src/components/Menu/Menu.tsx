import type { IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { classes } from "../classes";
import { Icon } from "../Icon/Icon";
import "./Menu.css";

export interface MenuItem {
  label: string;
  icon?: IconNode;
  onSelect: () => void;
  danger?: boolean;
  /** One of a choice: whether it is the chosen one. */
  checked?: boolean;
}

interface Props {
  /** What the button shows; `label` names it for screen readers if that is no text. */
  button: ComponentChildren;
  label?: string;
  items: (MenuItem | "line")[];
  align?: "start" | "end";
  above?: boolean;
  class?: string;
}

/** A button that opens a list of actions: arrows move, Enter chooses, Escape closes. */
export function Menu({ button, label, items, align = "start", above, class: more }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return undefined;
    root.current?.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
    const outside = (event: Event) => root.current?.contains(event.target as Node) || setOpen(false);
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  function close() {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    const entries = [...(root.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const at = entries.indexOf(document.activeElement as HTMLElement);
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (!open) {
      if (event.key === "ArrowDown") {
        event.preventDefault();
        setOpen(true);
      }
    } else if (target !== undefined) {
      event.preventDefault();
      entries.at(target % entries.length)?.focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") setOpen(false);
  }

  return (
    <div class={classes("menu", more)} ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        class="menu-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div id={id} role="menu" class={classes("menu-list", `menu-${align}`, above && "menu-above")}>
          {items.map((item, index) =>
            item === "line" ? (
              <div key={index} role="separator" class="menu-line" />
            ) : (
              <Entry key={item.label} item={item} onDone={close} />
            ),
          )}
        </div>
      )}
    </div>
  );
}

function Entry({ item, onDone }: { item: MenuItem; onDone: () => void }) {
  const choice = item.checked !== undefined;
  return (
    <button
      type="button"
      role={choice ? "menuitemradio" : "menuitem"}
      aria-checked={item.checked}
      tabIndex={-1}
      class={classes("menu-item", item.danger && "menu-danger", item.checked && "is-checked")}
      onClick={() => {
        onDone();
        item.onSelect();
      }}
    >
      {item.icon && <Icon of={item.icon} />}
      {item.label}
    </button>
  );
}
