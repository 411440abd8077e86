/** What the query of a page's address may hold, by name: the values that the page knows, or null if any is allowed. */
export type Address = Record<string, readonly string[] | null>;

/** The value of a parameter if it is one of those that the page knows. */
export const known = <T extends string>(query: URLSearchParams, name: string, values: readonly T[]): T | undefined =>
  values.find((value) => value === query.get(name));

/** A parameter, or its value, that the page does not know; `instead` holds what it knows. */
export interface Unknown {
  name: string;
  /** Null if the parameter itself is unknown. */
  value: string | null;
  instead: readonly string[];
}

/** What a page would ignore of an address. */
export function unknownIn(query: URLSearchParams, address: Address): Unknown[] {
  const names = [...new Set(query.keys())];
  return names.flatMap((name): Unknown[] => {
    const values = Object.hasOwn(address, name) ? address[name] : undefined;
    if (values === undefined) return [{ name, value: null, instead: Object.keys(address) }];
    const given = query.get(name) ?? "";
    return values === null || given === "" || values.includes(given) ? [] : [{ name, value: given, instead: values }];
  });
}
