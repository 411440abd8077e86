/** Texts of saved views in the left column of the list of customers. */
export const views = {
  title: "Saved views",
  none: "No view has been saved yet. Choose filters or an order, then save them under a name.",
  name: "Name of the view",
  save: "Save what is shown",
  saved: (name: string) => `The view ${name} was saved.`,
  menu: (name: string) => `Actions for the view ${name}`,
  rename: "Rename",
  renameTitle: (name: string) => `Rename ${name}`,
  renamed: (name: string) => `The view is now called ${name}.`,
  overwrite: "Save what is shown here",
  overwritten: (name: string) => `The view ${name} now shows what the list shows.`,
  delete: "Delete",
  fields: { name: "Name", filter: "Filters", sort: "Order" },
  deleted: (name: string) => `The view ${name} was deleted.`,
};
