import { may, setQuery } from "#core";
import { customers as texts } from "#texts/customers";
import { views } from "#texts/views";
import { SavedViews } from "../views";
import { ConsentFilter } from "./ConsentFilter";
import { DateFilter } from "./DateFilter";
import { GroupFilter } from "./GroupFilter";
import { DATE_FIELDS, type Filter, GROUP_FIELDS, type TextField } from "./names";
import { ClassFilter, ResponsibleFilter } from "./PeopleFilter";
import { Section } from "./Section";
import { TextFilter } from "./TextFilter";
import "./filters.css";

const { filters } = texts;
const TEXTS: [keyof typeof filters.sections, TextField[]][] = [
  ["name", ["first_name", "last_name", "email"]],
  ["place", ["city", "region", "zip"]],
  ["company", ["company"]],
];
/** What a key needs to read the names of the groups. */
const NEEDS = { tag: "definitions:read", list: "definitions:read", segment: "segments:read" };

/** The left column: every filter of the API. Each change is a step that the browser's Back takes back. */
export function Filters({ filter, query }: { filter: Filter; query: URLSearchParams }) {
  const onChange = (changes: Record<string, string | null>) => setQuery(changes, { replace: false });
  const chosen = (...fields: string[]) =>
    Object.keys(filter).filter((name) => fields.includes(name.split(".")[0] ?? "")).length;
  return (
    <div class="filters" role="group" aria-label={filters.title}>
      {may("definitions:read") && (
        <Section title={views.title} chosen={0}>
          {() => <SavedViews query={query} />}
        </Section>
      )}
      {DATE_FIELDS.map((field) => (
        <Section key={field} title={filters.fields[field]} chosen={chosen(field)}>
          {() => <DateFilter field={field} filter={filter} onChange={onChange} />}
        </Section>
      ))}
      {TEXTS.map(([section, fields]) => (
        <Section key={section} title={filters.sections[section]} chosen={chosen(...fields)}>
          {() => fields.map((field) => <TextFilter key={field} field={field} filter={filter} onChange={onChange} />)}
        </Section>
      ))}
      <Section title={filters.sections.consent} chosen={chosen("consent")}>
        {() => <ConsentFilter filter={filter} onChange={onChange} />}
      </Section>
      {GROUP_FIELDS.filter((field) => may(NEEDS[field])).map((field) => (
        <Section key={field} title={filters.sections[field]} chosen={chosen(field)}>
          {() => <GroupFilter field={field} filter={filter} onChange={onChange} />}
        </Section>
      ))}
      <Section title={filters.sections.responsible} chosen={chosen("responsible")}>
        {() => <ResponsibleFilter filter={filter} onChange={onChange} />}
      </Section>
      <Section title={filters.sections.class} chosen={chosen("class")}>
        {() => <ClassFilter filter={filter} onChange={onChange} />}
      </Section>
    </div>
  );
}
