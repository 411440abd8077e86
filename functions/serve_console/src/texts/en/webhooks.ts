export const webhooks = {
  title: "Webhooks",
  text: "Changes, sent to your other services as signed requests.",
  table: "Webhooks",
  columns: { name: "Name", url: "Address", events: "Changes", state: "State", created: "Created" },
  allEvents: "All",
  events: { one: "{n} change", other: "{n} changes" },
  none: { title: "No webhooks yet", text: "Create one to tell a service, such as a newsletter tool, when a customer changes." },
  create: { action: "New webhook", title: "New webhook" },
  created: {
    title: "The webhook has been created",
    text: "Give the secret to the receiver: it verifies by it that requests come from here.",
    label: "Secret",
  },
  fields: {
    name: "Name",
    url: "Address",
    events: "Changes to send",
    segments: "Segments",
    attributes: "Attributes to send",
    enabled: "Sends changes",
  },
  hints: {
    url: "It begins with https:// and can be reached publicly.",
    events: "None chosen means all.",
    segments: "For segment changes: names or ids, one a line. Leave empty for all.",
    attributes: "Values to send with each change, one name a line. None are sent otherwise.",
  },
};
