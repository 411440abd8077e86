/* The classes and responsible users that customers have, and who has tasks, as they are proposed where one is typed. */
import type { Choice } from "../components/Combobox/Combobox";
import { formatCount } from "../format";
import { type Model, api, data } from "./client";
import { shared } from "./shared";

export type NameInUse = Model["NameInUse"];
/** What customers have. */
export type NamesOf = "classes" | "responsibles";
/** What is proposed. */
export type ProposedOf = NamesOf | "assignees";

const PROPOSED = 50;

/** How far numbers of customers are counted: an exact number would read every customer of a name. */
export const COUNT_UP_TO = 10_000;
const query = { count_up_to: COUNT_UP_TO };

const READ: Record<ProposedOf, () => Promise<NameInUse[]>> = {
  classes: async () => (await data(api.GET("/v1/classes", { params: { query } }))).classes,
  responsibles: async () => (await data(api.GET("/v1/responsibles", { params: { query } }))).responsibles,
  assignees,
};

/** Whoever has tasks, and the responsible users, with their numbers of customers. */
async function assignees(): Promise<NameInUse[]> {
  const [users, page] = await Promise.all([namesInUse("responsibles"), data(api.GET("/v1/assignees"))]);
  const known = new Set(users.map(({ name }) => name));
  return [...users, ...page.assignees.filter(({ name }) => !known.has(name)).map(({ name }) => ({ name, count: 0, more: false }))];
}

/** Those in use, by name: the first page, which is read once. */
export const namesInUse = (of: ProposedOf): Promise<NameInUse[]> => shared(of, READ[of]);

/** Those that contain the text, without those that are chosen already; the most customers first. */
export async function proposeNames(of: ProposedOf, text: string, chosen: string[] = []): Promise<Choice[]> {
  const wanted = text.toLocaleLowerCase();
  return (await namesInUse(of))
    .filter(({ name }) => !chosen.includes(name) && name.toLocaleLowerCase().includes(wanted))
    .sort((one, other) => other.count - one.count)
    .slice(0, PROPOSED)
    .map((one) => ({ value: one.name, label: one.name, ...(one.count > 0 && { detail: formatCount(one) }) }));
}
