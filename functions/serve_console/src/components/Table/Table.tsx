import { common } from "#texts/common";
import { Checkbox } from "../Checkbox/Checkbox";
import { Bone } from "../Skeleton/Skeleton";
import { type Column, cellClass } from "./columns";
import { moveBetweenRows } from "./keyboard";
import { SortHeader } from "./SortHeader";
import "./Table.css";

export interface Selection {
  selected: ReadonlySet<string>;
  onChange: (selected: Set<string>) => void;
}

interface Props<R> {
  /** What the table is called by screen readers. */
  label: string;
  /** The first one names the row. */
  columns: Column<R>[];
  /** Undefined while they are read. */
  rows: R[] | undefined;
  /** The rows are those of before: others are being read. */
  busy?: boolean;
  keyOf: (row: R) => string;
  nameOf: (row: R) => string;
  /** The order as the API writes it: `name`, `-created`. */
  sort?: string;
  onSort?: (sort: string) => void;
  selection?: Selection;
}

const AWAITED = 8;

export function Table<R>({ label, columns, rows, busy, keyOf, nameOf, sort, onSort, selection }: Props<R>) {
  const keys = rows?.map(keyOf) ?? [];
  return (
    <div class="table-frame">
      <table class="table" aria-busy={rows === undefined || busy}>
        <caption class="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {selection && (
              <th scope="col" class="table-select">
                <SelectAll keys={keys} selection={selection} />
              </th>
            )}
            {columns.map((column) => (
              <SortHeader key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows}>
          {rows === undefined
            ? Array.from({ length: AWAITED }, (_, row) => <AwaitedRow key={row} columns={columns} selecting={selection !== undefined} />)
            : rows.map((row) => (
                <Row key={keyOf(row)} row={row} id={keyOf(row)} name={nameOf(row)} columns={columns} selection={selection} />
              ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps<R> {
  row: R;
  id: string;
  name: string;
  columns: Column<R>[];
  selection: Selection | undefined;
}

function Row<R>({ row, id, name, columns, selection }: RowProps<R>) {
  const selected = selection?.selected.has(id) ?? false;
  return (
    <tr class={selected ? "is-selected" : undefined}>
      {selection && (
        <td class="table-select">
          <Checkbox bare label={common.selectRow(name)} checked={selected} onChange={(on) => choose(selection, [id], on)} />
        </td>
      )}
      {columns.map((column, index) =>
        index === 0 ? (
          <th key={column.id} scope="row" class={cellClass(column)}>
            {column.cell(row)}
          </th>
        ) : (
          <td key={column.id} class={cellClass(column)}>
            {column.cell(row)}
          </td>
        ),
      )}
    </tr>
  );
}

function AwaitedRow<R>({ columns, selecting }: { columns: Column<R>[]; selecting: boolean }) {
  return (
    <tr aria-hidden="true">
      {selecting && <td class="table-select" />}
      {columns.map((column, index) => (
        <td key={column.id} class={cellClass(column)}>
          <Bone width={index ? "50%" : "70%"} />
        </td>
      ))}
    </tr>
  );
}

function SelectAll({ keys, selection }: { keys: string[]; selection: Selection }) {
  const count = keys.filter((key) => selection.selected.has(key)).length;
  const all = keys.length > 0 && count === keys.length;
  return (
    <Checkbox
      bare
      label={common.selectAll}
      checked={all}
      mixed={count > 0 && !all}
      onChange={(on) => choose(selection, keys, on)}
    />
  );
}

/** Rows of other pages stay chosen. */
function choose(selection: Selection, keys: string[], on: boolean): void {
  const selected = new Set(selection.selected);
  for (const key of keys) selected[on ? "add" : "delete"](key);
  selection.onChange(selected);
}
