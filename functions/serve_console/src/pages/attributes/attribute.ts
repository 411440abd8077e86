import type { Model } from "#core";

export type Attribute = Model["Attribute"];
