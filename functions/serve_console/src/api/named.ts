/* What groups there are, each read when its filters are opened. */
import { api, data } from "./client";
import { shared } from "./shared";

export interface Named {
  name: string;
  count: number | null;
}

const readTags = async () => (await shared("tags", () => data(api.GET("/v1/tags")))).tags;
const readLists = async () => (await shared("lists", () => data(api.GET("/v1/lists")))).lists;
const readSegments = async () => (await shared("segments", () => data(api.GET("/v1/segments")))).segments;

export const READ: Record<"tag" | "list" | "segment", () => Promise<Named[]>> = {
  tag: readTags,
  list: readLists,
  segment: readSegments,
};

/** The ones whose names contain the text, those with the most customers first. */
export function proposals(named: Named[], text: string, chosen: string[]): Named[] {
  const wanted = text.toLocaleLowerCase();
  return named
    .filter(({ name }) => !chosen.includes(name) && name.toLocaleLowerCase().includes(wanted))
    .sort((one, other) => (other.count ?? 0) - (one.count ?? 0))
    .slice(0, 50);
}
