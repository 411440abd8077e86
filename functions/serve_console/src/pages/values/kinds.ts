import { type Model, api, data, etagOf, once } from "#core";

/** What can be computed for a customer. Each kind has its routes, and otherwise they are alike. */
export const KINDS = ["aggregates", "scores", "expressions"] as const;
export type Kind = (typeof KINDS)[number];
export type Value = Model["Aggregate"] | Model["Score"] | Model["Expression"];

/** A definition as the API takes it. */
export type Definition = Record<string, unknown> & { name: string };

export async function list(kind: Kind, signal: AbortSignal): Promise<Value[]> {
  if (kind === "aggregates") return (await data(api.GET("/v1/aggregates", { signal }))).aggregates;
  if (kind === "scores") return (await data(api.GET("/v1/scores", { signal }))).scores;
  return (await data(api.GET("/v1/expressions", { signal }))).expressions;
}

export async function one(kind: Kind, id: string): Promise<Value> {
  const params = { path: { id } };
  if (kind === "aggregates") return data(api.GET("/v1/aggregates/{id}", { params }));
  if (kind === "scores") return data(api.GET("/v1/scores/{id}", { params }));
  return data(api.GET("/v1/expressions/{id}", { params }));
}

export function create(kind: Kind, definition: Definition): Promise<unknown> {
  const headers = once();
  if (kind === "aggregates") return api.POST("/v1/aggregates", { body: definition as Model["NewAggregate"], headers });
  if (kind === "scores") return api.POST("/v1/scores", { body: definition as unknown as Model["NewScore"], headers });
  return api.POST("/v1/expressions", { body: definition as unknown as Model["NewExpression"], headers });
}

/** Changes a value if it is still at the version that the reader has seen. */
export function change(kind: Kind, value: Value, changes: Partial<Definition>): Promise<unknown> {
  const params = { path: { id: value.id }, header: { "If-Match": etagOf(value) } };
  if (kind === "aggregates") return api.PATCH("/v1/aggregates/{id}", { params, body: changes as Model["AggregateChanges"] });
  if (kind === "scores") return api.PATCH("/v1/scores/{id}", { params, body: changes as Model["ScoreChanges"] });
  return api.PATCH("/v1/expressions/{id}", { params, body: changes as Model["ExpressionChanges"] });
}

export function remove(kind: Kind, { id }: Value): Promise<unknown> {
  const params = { path: { id } };
  if (kind === "aggregates") return api.DELETE("/v1/aggregates/{id}", { params });
  if (kind === "scores") return api.DELETE("/v1/scores/{id}", { params });
  return api.DELETE("/v1/expressions/{id}", { params });
}

const KEPT_BY_API = ["id", "state", "job", "version", "created_at", "updated_at"];

/** What of a value is its definition. */
export const definitionOf = (value: Value): Definition =>
  Object.fromEntries(
    Object.entries(value).filter(
      ([name, part]) => !KEPT_BY_API.includes(name) && part !== null && !(Array.isArray(part) && !part.length),
    ),
  ) as Definition;

export const BLANK: Record<Kind, Definition> = {
  aggregates: { name: "", description: "", event: "", function: "count" },
  scores: { name: "", description: "", rules: [{ event: "Order Completed", points: 10 }] },
  expressions: { name: "", description: "", text: "" },
};
