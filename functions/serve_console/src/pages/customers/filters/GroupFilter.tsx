import {
  Combobox,
  ErrorNote,
  type Named,
  READ,
  SelectField,
  Skeleton,
  TagCloud,
  formatNumber,
  proposals,
  useLoad,
  useState,
} from "#core";
import { customers as texts } from "#texts/customers";
import { type Filter, type GroupField, textOf, valuesOf } from "./names";

const { filters } = texts;
const CLOUD = 40;

interface Props {
  field: GroupField;
  filter: Filter;
  onChange: (changes: Record<string, string | null>) => void;
}

/** Customers with all of these tags, or with none of them; lists and segments likewise. */
export function GroupFilter({ field, filter, onChange }: Props) {
  const [mode, setMode] = useState<"all" | "none">("all");
  const read = useLoad(READ[field], [field]);
  const name = mode === "all" ? field : `${field}.none`;
  const chosen = valuesOf(filter[name]);
  const words = filters.groups[field];
  const toggle = (value: string) =>
    onChange({ [name]: textOf(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]) });

  if (read.error) return <ErrorNote error={read.error} />;
  if (!read.data) return <Skeleton lines={3} />;
  if (!read.data.length) return <p class="soft small">{words.none}</p>;
  return (
    <>
      <SelectField
        bare
        label={words.mode}
        value={mode}
        options={[
          { value: "all", label: words.all },
          { value: "none", label: words.without },
        ]}
        onChange={setMode}
      />
      <Combobox
        bare
        label={words.search}
        placeholder={words.search}
        search={(text) => choicesOf(read.data ?? [], text, chosen)}
        onSelect={({ value }) => toggle(value)}
      />
      {field === "tag" ? (
        <TagCloud label={words.search} tags={mostUsed(read.data)} chosen={chosen} onToggle={toggle} />
      ) : null}
    </>
  );
}

const choicesOf = (named: Named[], text: string, chosen: string[]) =>
  proposals(named, text, chosen).map(({ name, count }) => ({
    value: name,
    label: name,
    ...(count !== null && { detail: formatNumber(count) }),
  }));

/** The cloud of the left column holds the tags of the most customers, by name. */
const mostUsed = (tags: Named[]) =>
  [...tags]
    .sort((one, other) => (other.count ?? 0) - (one.count ?? 0))
    .slice(0, CLOUD)
    .sort((one, other) => one.name.localeCompare(other.name))
    .map(({ name, count }) => ({ name, count: count ?? 0 }));
