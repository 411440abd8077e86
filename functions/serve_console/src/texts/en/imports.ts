export const imports = {
  title: "Imports",
  action: "Import a file",
  table: "Imports, newest first",
  columns: { file: "File", state: "State", rows: "Rows", created: "New", updated: "Updated", rejected: "Rejected", started: "Started" },
  stateLabel: "State",
  anyState: "All states",
  shown: { one: "{n} import shown", other: "{n} imports shown" },
  byMapping: (name: string) => `Mapping “${name}”`,
  automatic: "Columns recognised by name",
  none: {
    title: "No imports yet",
    text: "Choose a CSV file. You see how its columns are read, and can change that, before anything is imported.",
    filtered: { title: "No import is in this state", text: "Choose another state to see the others.", action: "Show all" },
  },
};
