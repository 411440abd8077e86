import { Button, Tag, setQuery } from "#core";
import { customers as texts } from "#texts/customers";
import { chosenOf } from "./describe";
import { type Filter, FILTER_NAMES } from "./names";

/** The chosen filters above the list, each with the button that removes it. */
export function ChosenFilters({ filter }: { filter: Filter }) {
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
    </ul>
  );
}
