export const segmentNew = {
  title: "New segment",
  back: "Segments",
  name: "Name",
  nameHint: "What colleagues call this group: “Win back”.",
  description: "Description",
  kind: "Who decides who is in it",
  kinds: { dynamic: "A condition", static: "People, by hand" },
  staticText: "Customers are put in one by one, by bulk actions or by imports.",
  condition: "Condition",
  create: "Create the segment",
  missing: "Enter a name.",
  empty: "Add a condition, or start from a recipe.",
  fromFilter: "The condition is made from the filters of the list. Customers enter and leave as they begin and cease to match.",
  refused: {
    title: "A segment cannot express all of these filters",
    text: (filters: string) =>
      `It has no condition for: ${filters}. Only lists compute these of several attributes and identities, or show deleted customers.`,
    rest: "Use the other filters",
    back: "Back to the list",
  },
  created: "Created. All customers are being evaluated.",
};
