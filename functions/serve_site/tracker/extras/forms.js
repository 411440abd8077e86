/* What forms have in common. A field named like a property of its form hides it: "reset", "elements", "action". */
export const of = (form, property) => Reflect.get(HTMLFormElement.prototype, property, form);

export const call = (form, method, ...given) => of(form, method).apply(form, given);

export const fieldsOf = (form) =>
  Array.from(of(form, "elements")).filter((field) => /^(input|select|textarea)$/i.test(field.tagName));

/* Several values of one name become a list. */
export const put = (fields, name, value) => (fields[name] = name in fields ? [].concat(fields[name], value) : value);
