import type { ComponentChildren } from "preact";
import { classes } from "../classes";

export interface Column<R> {
  id: string;
  header: string;
  cell: (row: R) => ComponentChildren;
  /** The name by which the API sorts: the header is a button then. */
  sort?: string;
  /** Numbers stand at the end. */
  end?: boolean;
  /** Shown where the table is at least as wide as a tablet ("m") or a desktop ("l"). */
  from?: "m" | "l";
}

export const cellClass = <R>({ end, from }: Column<R>): string => classes(end && "table-end number", from && `from-${from}`);
