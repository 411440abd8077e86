import { Ago, Avatar, type Column, type Model, Tag, href } from "#core";
import { customers as texts } from "#texts/customers";
import "./customers.css";

type Card = Model["ProfileCard"];

const SHOWN_TAGS = 2;

/** What a person is called in the list: the name, else the address, else that nothing is known. */
export const nameOf = (card: Card): string =>
  card.name ?? card.email ?? card.phone ?? (card.kind === "anonymous" ? texts.unnamed : texts.nameless);

export const columns: Column<Card>[] = [
  { id: "name", header: texts.columns.name, sort: "name", cell: (card) => <Person card={card} /> },
  { id: "city", header: texts.columns.city, from: "m", cell: (card) => <span class="city truncate">{card.city}</span> },
  { id: "tags", header: texts.columns.tags, from: "l", cell: (card) => <Tags tags={card.tags} /> },
  {
    id: "last_activity",
    header: texts.columns.last_activity,
    sort: "last_activity",
    end: true,
    cell: (card) => (card.hidden ? <span class="soft small">{texts.hidden}</span> : <Ago instant={card.last_seen} />),
  },
  {
    id: "last_transaction",
    header: texts.columns.last_transaction,
    sort: "last_transaction",
    end: true,
    from: "l",
    cell: (card) => <Ago instant={card.last_transaction_at} />,
  },
  {
    id: "created",
    header: texts.columns.created,
    sort: "created",
    end: true,
    from: "m",
    cell: (card) => <Ago instant={card.first_seen} date />,
  },
];

function Person({ card }: { card: Card }) {
  const detail = card.name ? (card.email ?? card.phone) : null;
  return (
    <span class="person">
      <Avatar name={card.name ?? card.email} />
      <span class="person-words">
        <a class="person-name truncate" href={href(`/customers/${card.id}`)}>
          {nameOf(card)}
        </a>
        {detail && <span class="soft small truncate">{detail}</span>}
      </span>
    </span>
  );
}

function Tags({ tags }: { tags: string[] }) {
  const rest = tags.length - SHOWN_TAGS;
  return (
    <span class="tags">
      {tags.slice(0, SHOWN_TAGS).map((tag) => (
        <Tag key={tag} name={tag} />
      ))}
      {rest > 0 && <span class="soft small">{texts.moreTags(rest)}</span>}
    </span>
  );
}
