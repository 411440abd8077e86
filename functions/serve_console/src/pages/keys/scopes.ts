import type { Model } from "#core";

export type Scope = Model["NewApiKey"]["scopes"][number];

export const SCOPES: Scope[] = [
  "profiles:read",
  "profiles:write",
  "profiles:delete",
  "profiles:export",
  "profiles:import",
  "definitions:read",
  "definitions:write",
  "segments:read",
  "segments:write",
  "jobs:read",
  "jobs:write",
  "health:read",
  "rejected:read",
  "rejected:write",
  "sources:read",
  "sources:write",
  "webhooks:read",
  "webhooks:write",
  "keys:write",
];

/** Scopes of common roles, so that nobody has to know them all. */
export const ROLES: Record<"admin" | "marketer" | "agent", Scope[]> = {
  admin: ["admin"],
  marketer: SCOPES.filter((scope) => !["keys:write", "profiles:delete", "sources:write", "webhooks:write", "rejected:write"].includes(scope)),
  agent: ["profiles:read", "profiles:write", "definitions:read", "segments:read"],
};
