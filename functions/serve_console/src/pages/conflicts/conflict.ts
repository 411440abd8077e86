import type { Model } from "#core";

export type Conflict = Model["Conflict"];
