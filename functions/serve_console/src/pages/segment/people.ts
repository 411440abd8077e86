import { type Choice, type Model, api, data } from "#core";
import { segment as texts } from "#texts/segment";

type Card = Model["ProfileCard"];

const PROPOSED = 8;

/** What a customer is called. */
export const nameOf = ({ name, email, phone }: Card): string => name ?? email ?? phone ?? texts.members.unnamed;

/** Customers whose name or e-mail address begins with the text. */
export async function findCustomers(text: string, signal: AbortSignal): Promise<Choice[]> {
  const filters = text.includes("@") ? [{ "email.starts_with": text }] : [{ "name.starts_with": text }, { "last_name.starts_with": text }];
  const pages = await Promise.all(
    (text ? filters : [{}]).map((filter) =>
      data(api.GET("/v1/profiles", { params: { query: { ...filter, limit: PROPOSED } as never }, signal })),
    ),
  );
  const found = new Map(pages.flatMap(({ profiles }) => profiles).map((card) => [card.id, card]));
  return [...found.values()].slice(0, PROPOSED).map((card) => ({
    value: card.id,
    label: nameOf(card),
    ...(card.name && card.email && { detail: card.email }),
  }));
}
