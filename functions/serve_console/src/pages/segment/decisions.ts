import { api } from "#core";

const of = (customer: string, segment: string) => ({ params: { path: { id: customer, segment } } });

/** Puts a customer in by hand, or keeps the customer out. */
export const decide = (customer: string, segment: string, member: boolean): Promise<unknown> =>
  api.PUT("/v1/profiles/{id}/segments/{segment}", { ...of(customer, segment), body: { member } });

/** Takes the decision by hand back: the condition decides. */
export const undecide = (customer: string, segment: string): Promise<unknown> =>
  api.DELETE("/v1/profiles/{id}/segments/{segment}", of(customer, segment));
