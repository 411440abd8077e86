/** Joins the class names that apply: `classes("button", busy && "is-busy")`. */
export const classes = (...names: (string | false | undefined)[]): string => names.filter(Boolean).join(" ");
