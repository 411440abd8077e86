/** Texts of saved views in the left column of the list of customers. */
export const views = {
  title: "Saved views",
  none: "No view has been saved yet. Choose filters or an order, then save them under a name.",
  name: "Name of the view",
  save: "Save what is shown",
  saved: (name: string) => `The view ${name} was saved.`,
  deleted: (name: string) => `The view ${name} was deleted.`,
};
