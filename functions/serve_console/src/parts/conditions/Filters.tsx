import { Plus, X } from "lucide";
import { Button, IconButton, SelectField } from "#core";
import { conditions as texts } from "#texts/conditions";
import { TextInput } from "./inputs";
import { operand } from "./operand";
import { type Json, changed, errorAt, errorOf, isJson, isText, optionsOf, replaced, without } from "./tree";
import type { Wrong } from "./errors";

const comparison = operand();
type GroupType = keyof typeof texts.filterGroups;

const COMPARISON: Json = { property: "", operator: "equals", value: "" };
const knows = (node: Json, keys: string[]) => Object.keys(node).every((key) => keys.includes(key));

/** Whether the filters can be shown as they stand. */
export function filtersFit(filters: unknown): boolean {
  return Array.isArray(filters) && filters.every((one) => isJson(one) && ("type" in one ? groupFits(one) : comparisonFits(one)));
}

const comparisonFits = (one: Json): boolean =>
  knows(one, ["property", "operator", "value"]) && isText(one.property) && isText(one.operator) && comparison.fits(one);

const groupFits = (one: Json): boolean =>
  knows(one, ["type", "property", "where"]) &&
  String(one.type) in texts.filterGroups &&
  (one.property === undefined || isText(one.property)) &&
  filtersFit(one.where);

interface Props {
  filters: unknown[];
  onChange: (filters: unknown[]) => void;
  path: string;
  wrong: Wrong[];
  label: string;
}

/** Comparisons with properties of an event, and groups of them. */
export function Filters({ filters, onChange, path, wrong, label }: Props) {
  const error = errorOf(wrong, path);
  return (
    <fieldset class="filters">
      <legend class="field-label">{label}</legend>
      {error && <p class="field-error">{error}</p>}
      <ul class="filters-list">
        {filters.map((one, at) => {
          const filter = one as Json;
          const place = { path: `${path}.${at}`, wrong };
          const set = (changes: Json) => onChange(replaced(filters, at, changed(filter, changes)));
          return (
            <li key={at} class="filter">
              <div class="fields">
                {"type" in filter ? <FilterGroup filter={filter} set={set} {...place} /> : <Comparison filter={filter} set={set} {...place} />}
              </div>
              <IconButton small icon={X} label={texts.remove} onClick={() => onChange(without(filters, at))} />
            </li>
          );
        })}
      </ul>
      <div class="filters-add">
        <Button small icon={Plus} onClick={() => onChange([...filters, COMPARISON])}>
          {texts.addFilter}
        </Button>
        <Button small icon={Plus} onClick={() => onChange([...filters, { type: "entry", property: "products", where: [COMPARISON] }])}>
          {texts.addFilterGroup}
        </Button>
      </div>
    </fieldset>
  );
}

interface OneProps {
  filter: Json;
  set: (changes: Json) => void;
  path: string;
  wrong: Wrong[];
}

const Comparison = ({ filter, set, path, wrong }: OneProps) => (
  <>
    <TextInput
      label={texts.fields.property}
      value={filter.property as string}
      onChange={(property) => set({ property: property ?? "" })}
      error={errorAt(wrong, `${path}.property`)}
    />
    {comparison.show({ node: filter, set, path, wrong })}
  </>
);

function FilterGroup({ filter, set, path, wrong }: OneProps) {
  const type = filter.type as GroupType;
  return (
    <>
      <SelectField
        label={texts.groupLabel}
        value={type}
        onChange={(next) => set({ type: next, property: next === "entry" ? (filter.property ?? "") : undefined })}
        options={optionsOf(texts.filterGroups)}
        error={errorAt(wrong, `${path}.type`)}
      />
      {type === "entry" && (
        <TextInput
          label={texts.fields.list}
          value={filter.property as string}
          onChange={(property) => set({ property: property ?? "" })}
          error={errorAt(wrong, `${path}.property`)}
        />
      )}
      <Filters filters={filter.where as unknown[]} onChange={(where) => set({ where })} path={`${path}.where`} wrong={wrong} label={texts.fields.where} />
    </>
  );
}
