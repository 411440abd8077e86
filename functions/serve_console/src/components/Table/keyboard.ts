const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** Arrows move from a link, a box or a button of one row to that of the next. */
export function moveBetweenRows(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const from = event.target as HTMLElement;
  const row = from.closest("tr");
  if (!step || !row || from.closest("[role=menu], select, textarea")) return;
  const at = controls(row).indexOf(from);
  const next = (step > 0 ? row.nextElementSibling : row.previousElementSibling) as HTMLElement | null;
  if (!next || at < 0) return;
  event.preventDefault();
  (controls(next)[at] ?? controls(next)[0])?.focus();
}

const controls = (row: HTMLElement): HTMLElement[] => [...row.querySelectorAll<HTMLElement>("a, button, input")];
