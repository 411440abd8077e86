const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** Arrows move from a link, a box or a button of one row to that of the same column in the next. */
export function moveBetweenRows(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const from = event.target as HTMLElement;
  const cell = from.closest<HTMLTableCellElement>("td, th");
  const row = cell?.parentElement;
  if (!step || !cell || !row || from.closest("[role=menu], select, textarea")) return;
  const next = (step > 0 ? row.nextElementSibling : row.previousElementSibling) as HTMLTableRowElement | null;
  if (!next) return;
  const same = next.cells[cell.cellIndex];
  const found = same && controls(same)[controls(cell).indexOf(from)];
  event.preventDefault();
  (found ?? (same && controls(same)[0]) ?? controls(next)[0])?.focus();
}

const controls = (place: HTMLElement): HTMLElement[] => [...place.querySelectorAll<HTMLElement>("a, button, input")];
