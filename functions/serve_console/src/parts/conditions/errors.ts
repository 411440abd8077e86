import type { ApiError } from "#core";

/** Something that is wrong, with its place: `condition.conditions.1.event`. */
export interface Wrong {
  field: string;
  message: string;
}

/** What the API has said about parts of the condition. */
export function wrongIn(error: ApiError | undefined): Wrong[] {
  const { errors, field } = error?.details ?? {};
  const all = Array.isArray(errors) ? (errors as Wrong[]) : typeof field === "string" ? [{ field, message: error?.message ?? "" }] : [];
  return all.filter((one) => /^condition(\.|$)/.test(one.field));
}
