/** Texts of the pages of classes and of responsible users. */
export const namesInUse = {
  search: "Search",
  table: { name: "Name", count: "Customers", tasks: "Tasks", keys: "Keys limited to it" },
  tasks: "Tasks",
  tasksOf: (name: string) => `Tasks of ${name}`,
  own: (classes: string) => `Your key sees the customers of: ${classes}. The numbers are those of your customers.`,
  toCustomers: "Go to customers",
  noMatch: { title: "No name contains this", text: "Type less of it, or clear the search." },
  of: {
    classes: {
      title: "Classes",
      about: "An API key that is limited to classes sees the customers of these classes and no others. Click a class to list its customers.",
      none: { title: "No classes yet", text: "Add one on a customer's card. It appears here." },
      shown: { one: "{n} class", other: "{n} classes" },
    },
    responsibles: {
      title: "Responsible users",
      about: "Who is responsible for which customers. Click a user to list the customers.",
      none: { title: "No responsible users yet", text: "Assign one on a customer's card, or select customers in their list. They appear here." },
      shown: { one: "{n} user", other: "{n} users" },
    },
  },
};
