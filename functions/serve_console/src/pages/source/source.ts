import type { Model } from "#core";

export type Source = Model["SourceDetails"];
