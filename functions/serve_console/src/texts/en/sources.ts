export const sources = {
  title: "Sources",
  text: "Sites, apps and servers that send events, each with a write key of its own.",
  table: "Sources",
  columns: { name: "Name", kind: "Kind", state: "State", origins: "Origins", limit: "Events per second", created: "Created" },
  kinds: { web: "Website", mobile: "Mobile app", server: "Server" },
  defaultOrigins: "Those of the deployment",
  noLimit: "No limit",
  none: {
    title: "No sources yet",
    text: "Create a source for each site, app or server. It gets a write key and a snippet to paste.",
  },
  create: {
    action: "New source",
    title: "New source",
    done: (name: string) => `${name} created.`,
  },
  fields: {
    name: "Name",
    kind: "Kind",
    allowed_origins: "Allowed origins",
    originsHint: "Pages that may send with this key, one origin a line: https://shop.example. Leave empty for those of the deployment.",
    originsPlaceholder: "https://shop.example",
    rate_limit: "Events per second",
    limitHint: "Leave empty for no limit.",
    enabled: "Accepts events",
  },
};
