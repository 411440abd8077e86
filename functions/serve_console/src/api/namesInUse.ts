/* The classes and responsible users that customers have, as they are proposed where one is typed. */
import type { Choice } from "../components/Combobox/Combobox";
import { formatNumber } from "../format";
import { type Model, api, data } from "./client";
import { shared } from "./shared";

export type NameInUse = Model["NameInUse"];
export type NamesOf = "classes" | "responsibles";

const PROPOSED = 50;

const READ: Record<NamesOf, () => Promise<NameInUse[]>> = {
  classes: async () => (await data(api.GET("/v1/classes"))).classes,
  responsibles: async () => (await data(api.GET("/v1/responsibles"))).responsibles,
};

/** Those in use, by name: the first thousand, which are read once. */
export const namesInUse = (of: NamesOf): Promise<NameInUse[]> => shared(of, READ[of]);

/** Those that contain the text, without those that are chosen already; the most customers first. */
export async function proposeNames(of: NamesOf, text: string, chosen: string[] = []): Promise<Choice[]> {
  const wanted = text.toLocaleLowerCase();
  return (await namesInUse(of))
    .filter(({ name }) => !chosen.includes(name) && name.toLocaleLowerCase().includes(wanted))
    .sort((one, other) => other.count - one.count)
    .slice(0, PROPOSED)
    .map(({ name, count }) => ({ value: name, label: name, detail: formatNumber(count) }));
}
