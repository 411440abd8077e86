import { ChevronRight } from "lucide";
import { type ComponentChildren, Icon, formatNumber, useState } from "#core";
import { customers as texts } from "#texts/customers";

interface Props {
  title: string;
  /** How many of its filters are chosen. */
  chosen: number;
  /** Rendered when it is open, so that nothing is read for what is closed. */
  children: () => ComponentChildren;
}

/** Filters of one kind, which open and close. */
export function Section({ title, chosen, children }: Props) {
  const [open, setOpen] = useState(false);
  // Rendered at once: `toggle` comes later, when the next Tab may already have passed by.
  const toggle = (event: Event) => {
    event.preventDefault();
    setOpen(!open);
  };
  return (
    <details class="filter-section" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary onClick={toggle}>
        <Icon of={ChevronRight} size={14} />
        <span class="filter-title">{title}</span>
        {chosen > 0 && (
          <span class="filter-count number" aria-label={texts.filters.active(chosen)}>
            {formatNumber(chosen)}
          </span>
        )}
      </summary>
      {open && <div class="filter-content">{children()}</div>}
    </details>
  );
}
