import { Checkbox, Combobox, caller, seesAll } from "#core";
import { customers as texts } from "#texts/customers";
import { type Filter, textOf, valuesOf } from "./names";

const { filters } = texts;

interface Props {
  filter: Filter;
  onChange: (changes: Record<string, string | null>) => void;
}

/** Who looks after the customers: some of the users, or nobody. */
export function ResponsibleFilter({ filter, onChange }: Props) {
  const chosen = valuesOf(filter.responsible);
  return (
    <>
      <Combobox
        bare
        label={filters.responsible}
        placeholder={filters.responsible}
        search={() => []}
        create={filters.use}
        onSelect={({ value }) => onChange({ responsible: textOf([...chosen, value]), "responsible.missing": null })}
      />
      <Checkbox
        label={filters.nobody}
        checked={filter["responsible.missing"] === "true"}
        onChange={(on) => onChange({ "responsible.missing": on ? "true" : null, responsible: null })}
      />
    </>
  );
}

/** The classes: those of the key, if it is limited to some. */
export function ClassFilter({ filter, onChange }: Props) {
  const chosen = valuesOf(filter.class);
  const own = caller().classes ?? [];
  const search = (text: string) =>
    own.filter((one) => !chosen.includes(one) && one.includes(text.toLowerCase())).map((value) => ({ value, label: value }));
  return (
    <Combobox
      bare
      label={filters.class}
      placeholder={filters.class}
      search={search}
      {...(seesAll() && { create: filters.use })}
      onSelect={({ value }) => onChange({ class: textOf([...chosen, value]) })}
    />
  );
}
