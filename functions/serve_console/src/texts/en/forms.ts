export const forms = {
  title: "Forms",
  text: "Forms on your site turn visitors into customers, with attributes, tags and consents.",
  table: "Forms",
  columns: { name: "Name", fields: "Fields", consents: "Consents", tags: "Tags", state: "State", updated: "Changed" },
  none: {
    title: "No forms yet",
    text: "Create one, choose its fields, and paste it into a page. Each submission appears in the customer's timeline.",
  },
  create: {
    action: "New form",
    title: "New form",
    name: "Name",
    hint: "The name of a submission in the timeline. The form begins with a field for the e-mail address.",
    email: "E-mail",
  },
};
