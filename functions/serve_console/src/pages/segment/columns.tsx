import { Ago, Avatar, Badge, type Column, type Model, Tag, href } from "#core";
import { segment as texts } from "#texts/segment";
import { nameOf } from "./people";

export type Member = Model["SegmentMember"];

const { members } = texts;
const SHOWN_TAGS = 2;

export const columns: Column<Member>[] = [
  { id: "name", header: members.columns.name, cell: (member) => <Person member={member} /> },
  { id: "city", header: members.columns.city, from: "m", cell: ({ profile }) => profile.city },
  { id: "tags", header: members.columns.tags, from: "l", cell: ({ profile }) => <Tags tags={profile.tags} /> },
  { id: "activity", header: members.columns.activity, end: true, from: "m", cell: ({ profile }) => <LastSeen profile={profile} /> },
  { id: "purchase", header: members.columns.purchase, end: true, from: "l", cell: ({ profile }) => <Ago instant={profile.last_transaction_at} /> },
  { id: "created", header: members.columns.created, end: true, from: "l", cell: ({ profile }) => <Ago instant={profile.first_seen} date /> },
];

function Person({ member: { profile, by_hand } }: { member: Member }) {
  const detail = profile.name ? (profile.email ?? profile.phone) : null;
  return (
    <span class="member">
      <Avatar name={profile.name ?? profile.email} />
      <span class="member-words">
        <span class="member-first">
          <a class="member-name truncate" href={href(`/customers/${profile.id}`)}>
            {nameOf(profile)}
          </a>
          {by_hand && <Badge tone="info">{members.byHand}</Badge>}
        </span>
        {detail && <span class="soft small truncate">{detail}</span>}
      </span>
    </span>
  );
}

const LastSeen = ({ profile }: { profile: Model["ProfileCard"] }) =>
  profile.hidden ? <span class="soft small">{members.hidden}</span> : <Ago instant={profile.last_seen} />;

function Tags({ tags }: { tags: string[] }) {
  const rest = tags.length - SHOWN_TAGS;
  return (
    <span class="member-tags">
      {tags.slice(0, SHOWN_TAGS).map((tag) => (
        <Tag key={tag} name={tag} />
      ))}
      {rest > 0 && <span class="soft small">{members.moreTags(rest)}</span>}
    </span>
  );
}
