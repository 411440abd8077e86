import type { Model } from "#core";

export type Webhook = Model["Webhook"];
