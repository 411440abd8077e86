import type { ComponentChildren } from "preact";
import type { Loaded } from "../../api/useLoad";
import { ErrorState } from "../ErrorState/ErrorState";
import { Table } from "../Table/Table";
import type { Column } from "../Table/columns";

export interface CollectionProps<R> {
  /** What the table is called by screen readers. */
  label: string;
  loaded: Pick<Loaded<R[]>, "data" | "error" | "loading" | "reload">;
  columns: Column<R>[];
  keyOf: (row: R) => string;
  nameOf: (row: R) => string;
  /** Shown instead of an empty table. */
  empty: ComponentChildren;
}

/** A list that is read at once, in its four states: skeleton, error, empty, table. */
export function Collection<R>({ label, loaded, columns, keyOf, nameOf, empty }: CollectionProps<R>) {
  const { data: rows, error, loading, reload } = loaded;
  if (error) return <ErrorState error={error} onRetry={reload} />;
  if (rows?.length === 0) return <>{empty}</>;
  return <Table label={label} columns={columns} rows={rows} busy={loading} keyOf={keyOf} nameOf={nameOf} />;
}
