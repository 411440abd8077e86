import { ArrowDown, ArrowUp } from "lucide";
import { Icon } from "../Icon/Icon";
import { type Column, cellClass } from "./columns";

interface Props<R> {
  column: Column<R>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}

/** The header of a column; one that can be sorted by is a button, and the second press turns the order around. */
export function SortHeader<R>({ column, sort, onSort }: Props<R>) {
  if (!column.sort || !onSort) {
    return (
      <th scope="col" class={cellClass(column)}>
        {column.header}
      </th>
    );
  }
  const by = column.sort;
  const order = sort === by ? "ascending" : sort === `-${by}` ? "descending" : undefined;
  return (
    <th scope="col" class={cellClass(column)} aria-sort={order ?? "none"}>
      <button type="button" class="table-sort" onClick={() => onSort(order === "descending" ? by : `-${by}`)}>
        {column.header}
        {order && <Icon of={order === "ascending" ? ArrowUp : ArrowDown} size={14} />}
      </button>
    </th>
  );
}
