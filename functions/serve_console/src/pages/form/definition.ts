import type { Model } from "#core";

export type Form = Model["Form"];

/** What the reader may change of a form, by the API's names. */
export type Definition = Omit<Form, "id" | "notices" | "version" | "created_at" | "updated_at">;
