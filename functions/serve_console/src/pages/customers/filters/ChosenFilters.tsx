import { ChartPie } from "lucide";
import { Button, Tag, may, navigate, seesAll, setQuery } from "#core";
import { customers as texts } from "#texts/customers";
import { chosenOf } from "./describe";
import type { View } from "../useCustomers";
import { FILTER_NAMES } from "./names";

/** The chosen filters above the list, each with the button that removes it. */
export function ChosenFilters({ filter, kind }: Pick<View, "filter" | "kind">) {
  const chosen = chosenOf(filter);
  if (!chosen.length) return null;
  const clear = () => setQuery(Object.fromEntries(FILTER_NAMES.map((name) => [name, null])), { replace: false });
  return (
    <ul class="chosen-filters" aria-label={texts.filters.chosenLabel}>
      {chosen.map(({ id, label, without }) => (
        <li key={id}>
          <Tag name={label} onRemove={() => setQuery(without, { replace: false })} />
        </li>
      ))}
      <li>
        <Button small kind="quiet" onClick={clear}>
          {texts.filters.clear}
        </Button>
      </li>
      {may("segments:write") && seesAll() && (
        <li>
          <Button small kind="quiet" icon={ChartPie} onClick={() => navigate(segmentOf({ filter, kind }))}>
            {texts.filters.saveAsSegment}
          </Button>
        </li>
      )}
    </ul>
  );
}

/** The page of a new segment with the condition of these filters. */
function segmentOf({ filter, kind }: Pick<View, "filter" | "kind">): string {
  const filters = new URLSearchParams({ ...filter, ...(kind !== "all" && { kind }) });
  return `/segments/new?${new URLSearchParams({ filter: filters.toString() }).toString()}`;
}
