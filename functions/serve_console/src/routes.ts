/** The pages: a line each. A page is the folder of its name in `src/pages`, loaded when it is opened. */
export interface Route {
  /** Below the console; `:id` is a parameter. */
  path: string;
  page: string;
  /** Scopes of an API key without which the page is neither offered nor opened. */
  needs: string[];
  /** Whether keys that are limited to classes are refused what the page reads. */
  seesAll?: boolean;
  /** Where the navigation offers it; pages without it are reached from others. */
  nav?: Nav;
}

export interface Nav {
  section: "people" | "data" | "settings";
  /** A name in `nav` of `texts/en/common.ts`. */
  label: string;
  /** A name in `app/Shell/icons.ts`. */
  icon: string;
}

export const HOME = "/customers";

export const ROUTES: Route[] = [
  { path: "/customers", page: "customers", needs: ["profiles:read"], nav: { section: "people", label: "customers", icon: "users" } },
  { path: "/customers/:id", page: "customer", needs: ["profiles:read"] },
  { path: "/segments", page: "segments", needs: ["segments:read"], nav: { section: "people", label: "segments", icon: "segments" } },
  { path: "/segments/new", page: "segment-new", needs: ["segments:write", "profiles:read"], seesAll: true },
  { path: "/segments/:id", page: "segment", needs: ["segments:read"] },
  { path: "/tasks", page: "tasks", needs: ["profiles:read"], nav: { section: "people", label: "tasks", icon: "tasks" } },
  { path: "/conflicts", page: "conflicts", needs: ["profiles:read"], nav: { section: "people", label: "conflicts", icon: "conflicts" } },
  { path: "/attributes", page: "attributes", needs: ["definitions:read"], nav: { section: "settings", label: "attributes", icon: "attributes" } },
  { path: "/values", page: "values", needs: ["segments:read"], nav: { section: "settings", label: "values", icon: "values" } },
  { path: "/forms", page: "forms", needs: ["definitions:read"], nav: { section: "settings", label: "forms", icon: "forms" } },
  { path: "/forms/:id", page: "form", needs: ["definitions:read"] },
  { path: "/tags", page: "tags", needs: ["definitions:read", "profiles:read"], nav: { section: "people", label: "tags", icon: "tags" } },
  { path: "/lists", page: "lists", needs: ["definitions:read", "profiles:read"], nav: { section: "people", label: "lists", icon: "lists" } },
  { path: "/classes", page: "classes", needs: ["profiles:read"], nav: { section: "people", label: "classes", icon: "classes" } },
  { path: "/responsibles", page: "responsibles", needs: ["profiles:read"], nav: { section: "people", label: "responsibles", icon: "responsibles" } },
  { path: "/imports", page: "imports", needs: ["profiles:import"], seesAll: true, nav: { section: "data", label: "imports", icon: "import" } },
  { path: "/imports/new", page: "newImport", needs: ["profiles:import"], seesAll: true },
  { path: "/imports/:id", page: "import", needs: ["profiles:import"], seesAll: true },
  { path: "/sources", page: "sources", needs: ["sources:read"], seesAll: true, nav: { section: "settings", label: "sources", icon: "sources" } },
  { path: "/sources/:id", page: "source", needs: ["sources:read"], seesAll: true },
  { path: "/webhooks", page: "webhooks", needs: ["webhooks:read"], seesAll: true, nav: { section: "settings", label: "webhooks", icon: "webhooks" } },
  { path: "/webhooks/:id", page: "webhook", needs: ["webhooks:read"], seesAll: true },
  { path: "/keys", page: "keys", needs: ["keys:write"], seesAll: true, nav: { section: "settings", label: "keys", icon: "keys" } },
  { path: "/exports", page: "exports", needs: ["profiles:export"], nav: { section: "data", label: "exports", icon: "files" } },
  { path: "/jobs", page: "jobs", needs: ["jobs:read"], nav: { section: "data", label: "jobs", icon: "jobs" } },
  { path: "/rejected", page: "rejected", needs: ["rejected:read"], seesAll: true, nav: { section: "data", label: "rejected", icon: "activity" } },
  { path: "/health", page: "health", needs: ["health:read"], seesAll: true, nav: { section: "data", label: "health", icon: "health" } },
];
