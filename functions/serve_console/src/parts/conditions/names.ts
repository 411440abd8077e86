import { CHANNELS, type Choice, PROCESSING, api, data, may, namesInUse, shared } from "#core";

/** What is chosen from by name. */
export type Names =
  | "attributes"
  | "tags"
  | "lists"
  | "segments"
  | "aggregates"
  | "scores"
  | "expressions"
  | "sources"
  | "events"
  | "channels"
  | "classes"
  | "responsibles"
  | "free";

const EVENTS = [
  "Order Completed", "Order Refunded", "Order Cancelled", "Checkout Started", "Product Added", "Product Removed", "Product Viewed",
  "Product List Viewed", "Products Searched", "Cart Viewed", "Coupon Applied", "Signed Up", "Trial Started", "Demo Requested", "Email Opened",
  "Email Link Clicked", "Email Delivered",
];

/** What can be chosen. The API takes a name and answers with the `id`. */
interface Named extends Choice {
  id?: string;
}

const byName = ({ id, name }: { id: string; name: string }): Named => ({ value: name, label: name, id });
const byId = ({ id, name }: { id: string; name: string }): Choice => ({ value: id, label: name });
const plain = (value: string): Choice => ({ value, label: value });

const READ: Record<Names, () => Promise<Named[]>> = {
  attributes: async () => {
    const { attributes } = await data(api.GET("/v1/attributes"));
    return attributes.filter(({ archived }) => !archived).map(({ name, label }) => ({ value: name, label: name, detail: label }));
  },
  tags: async () => (await data(api.GET("/v1/tags", { params: { query: { limit: 500 } as never } }))).tags.map(byName),
  lists: async () => (await data(api.GET("/v1/lists"))).lists.map(byName),
  segments: async () => (await data(api.GET("/v1/segments"))).segments.map(byId),
  aggregates: async () => (await data(api.GET("/v1/aggregates"))).aggregates.map(byId),
  scores: async () => (await data(api.GET("/v1/scores"))).scores.map(byId),
  expressions: async () => (await data(api.GET("/v1/expressions"))).expressions.map(byId),
  sources: async () => (await data(api.GET("/v1/sources"))).sources.map(byId),
  events: async () => EVENTS.map(plain),
  channels: async () => [...CHANNELS, PROCESSING].map(plain),
  classes: async () => (await namesInUse("classes")).map(({ name }) => plain(name)),
  responsibles: async () => (await namesInUse("responsibles")).map(({ name }) => plain(name)),
  free: async () => [],
};

const NEEDS: Partial<Record<Names, string>> = {
  attributes: "definitions:read",
  tags: "definitions:read",
  lists: "definitions:read",
  segments: "segments:read",
  aggregates: "segments:read",
  scores: "segments:read",
  expressions: "segments:read",
  sources: "sources:read",
  classes: "profiles:read",
  responsibles: "profiles:read",
};

/** What can be chosen; nothing where the caller may not read it, and names can be typed. */
export async function choicesOf(of: Names): Promise<Named[]> {
  const scope = NEEDS[of];
  if (scope && !may(scope)) return [];
  return shared(`conditions ${of}`, READ[of]).catch(() => []);
}

/** What values are called, by what the API takes and by what it answers with. */
export async function labelsOf(of: Names): Promise<Map<string, string>> {
  const all = await choicesOf(of);
  return new Map(all.flatMap(({ value, label, id }) => [[value, label] as const, ...(id ? [[id, label] as const] : [])]));
}
