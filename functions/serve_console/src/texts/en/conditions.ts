import type { Model } from "#core";

/** A text for every value that the API allows: one that is missing does not compile. */
type Every<T extends string | undefined> = Record<NonNullable<T>, string>;

const operators: Every<Model["AttributeCondition"]["operator"]> = {
  equals: "is",
  one_of: "is one of",
  contains: "contains",
  starts_with: "starts with",
  ends_with: "ends with",
  empty: "is empty",
  not_equals: "is not",
  not_one_of: "is none of",
  not_contains: "does not contain",
  not_empty: "is not empty",
  greater: "is greater than",
  less: "is less than",
  at_least: "is at least",
  at_most: "is at most",
  between: "is between",
};

export const conditions = {
  operators,
  modes: "How the condition is edited",
  builder: "Builder",
  json: "JSON",
  jsonLabel: "Condition as JSON",
  jsonInvalid: (reason: string) => `This is not valid JSON: ${reason}`,
  errors: "What is wrong",
  preview: {
    title: "Who it selects",
    empty: "Add a condition to see how many customers it selects.",
    wrong: "Correct what is marked to see who is selected.",
    exact: (population: string) => `of ${population} customers`,
    about: (population: string, margin: string) => `of ${population} customers, ± ${margin}`,
    larger: "Estimated among 50,000 customers; there are more.",
    sample: "For example",
    none: "No customer fulfils it at the moment.",
    unnamed: "Anonymous visitor",
    cost: (bytes: string) => `Stores up to ${bytes} bytes per customer and active day.`,
    count: { one: "{n} customer", other: "{n} customers" },
    busy: "Counting",
  },
  explain: { holds: "Holds", fails: "Does not hold", until: "until", evidence: "Evidence" },
};
