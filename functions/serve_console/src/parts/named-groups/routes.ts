import { COUNT_UP_TO, type Model, api, data, once, tagged } from "#core";

/** A tag or a list, which have the same fields. */
export type Named = Model["Tag"];
export type Of = "tags" | "lists";

export interface Body {
  name: string;
  description: string;
}

interface Routes {
  read: (signal: AbortSignal) => Promise<Named[]>;
  create: (body: Body) => Promise<unknown>;
  one: (id: string) => Promise<{ data: Named; etag: string | undefined }>;
  change: (id: string, body: Partial<Body>, etag: string | undefined) => Promise<unknown>;
  remove: (id: string) => Promise<unknown>;
  /** The filter of the list of customers. */
  filter: "tag" | "list";
}

const query = { count_up_to: COUNT_UP_TO };
const ifMatch = (etag: string | undefined) => (etag ? { "If-Match": etag } : {});

export const ROUTES: Record<Of, Routes> = {
  tags: {
    read: async (signal) => (await data(api.GET("/v1/tags", { params: { query }, signal }))).tags,
    create: (body) => data(api.POST("/v1/tags", { body, headers: once() })),
    one: (tag) => tagged(api.GET("/v1/tags/{tag}", { params: { path: { tag } } })),
    change: (tag, body, etag) => data(api.PATCH("/v1/tags/{tag}", { params: { path: { tag }, header: ifMatch(etag) }, body })),
    remove: (tag) => data(api.DELETE("/v1/tags/{tag}", { params: { path: { tag } } })),
    filter: "tag",
  },
  lists: {
    read: async (signal) => (await data(api.GET("/v1/lists", { params: { query }, signal }))).lists,
    create: (body) => data(api.POST("/v1/lists", { body, headers: once() })),
    one: (id) => tagged(api.GET("/v1/lists/{id}", { params: { path: { id } } })),
    change: (id, body, etag) => data(api.PATCH("/v1/lists/{id}", { params: { path: { id }, header: ifMatch(etag) }, body })),
    remove: (id) => data(api.DELETE("/v1/lists/{id}", { params: { path: { id } } })),
    filter: "list",
  },
};
