import { Checkbox, Combobox, proposeNames, seesAll } from "#core";
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
        search={(text) => proposeNames("responsibles", text, chosen)}
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

/** The classes: those of its own customers, if the key is limited to some. */
export function ClassFilter({ filter, onChange }: Props) {
  const chosen = valuesOf(filter.class);
  return (
    <Combobox
      bare
      label={filters.class}
      placeholder={filters.class}
      search={(text) => proposeNames("classes", text, chosen)}
      {...(seesAll() && { create: filters.use })}
      onSelect={({ value }) => onChange({ class: textOf([...chosen, value]) })}
    />
  );
}
