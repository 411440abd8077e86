/* Which filters there are. They are in the query of the page's address as the API takes them, so that a view is a link. */

export const TEXT_FIELDS = ["first_name", "last_name", "email", "city", "region", "zip", "company"] as const;
export const TEXT_OPERATORS = ["contains", "starts_with", "ends_with", "", "not_contains", "not"] as const;
export const DATE_FIELDS = ["last_activity", "created", "last_transaction"] as const;
export const DAY_OPERATORS = ["less_than_days_ago", "exactly_days_ago", "more_than_days_ago"] as const;
export const DATE_OPERATORS = [...DAY_OPERATORS, "after", "on", "before"] as const;
export const GROUP_FIELDS = ["tag", "list", "segment"] as const;

export type TextField = (typeof TEXT_FIELDS)[number];
export type TextOperator = (typeof TEXT_OPERATORS)[number];
export type DateField = (typeof DATE_FIELDS)[number];
export type DateOperator = (typeof DATE_OPERATORS)[number];
export type GroupField = (typeof GROUP_FIELDS)[number];

/** The name of a filter: `city`, `city.contains`. */
export const filterName = (field: string, operator: string): string => (operator ? `${field}.${operator}` : field);

const TEXTS = ["name", ...TEXT_FIELDS].flatMap((field) => TEXT_OPERATORS.map((operator) => filterName(field, operator)));
const DATES = DATE_FIELDS.flatMap((field) => DATE_OPERATORS.map((operator) => filterName(field, operator)));
const GROUPS = GROUP_FIELDS.flatMap((field) => [field, `${field}.none`]);

/** All of them, in the order in which chosen ones are shown. */
export const FILTER_NAMES = [...TEXTS, ...DATES, ...GROUPS, "class", "responsible", "responsible.missing", "consent"];

/** Filters by name, as they are in the address: several values are separated by commas. */
export type Filter = Record<string, string>;

/** The filters of an address. Other parameters are none. */
export function filterOf(query: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const name of FILTER_NAMES) {
    const values = query.getAll(name).filter((value) => value.trim());
    if (values.length) filter[name] = values.join(",");
  }
  return filter;
}

/** The values of a filter. A comma within one is written `\,`. */
export const valuesOf = (text: string | undefined): string[] =>
  (text ?? "").split(/(?<!\\),/).map((value) => value.replaceAll("\\,", ",").trim()).filter(Boolean);

/** A filter of these values; null for none, which removes the parameter. */
export const textOf = (values: string[]): string | null =>
  values.map((value) => value.replaceAll(",", "\\,")).join(",") || null;

/** Filters as bodies of requests hold them: days are numbers, and switches are true or false. */
export const filterBody = (filter: Filter): Record<string, string | number | boolean> =>
  Object.fromEntries(Object.entries(filter).map(([name, text]) => [name, valueOf(name, text)]));

function valueOf(name: string, text: string): string | number | boolean {
  if (name === "responsible.missing") return text === "true";
  return name.endsWith("days_ago") ? Number(text) : text;
}
