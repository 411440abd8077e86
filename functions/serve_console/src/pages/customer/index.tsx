import { Ago, Avatar, Badge, ErrorState, Facts, type Model, type PageProps, PageHeader, Panel, Skeleton, Tag, api, data, useLoad } from "#core";
import { customer as texts } from "#texts/customer";
import "./customer.css";

type Profile = Model["Profile"];

const CONTACT = ["email", "phone", "address", "zip", "city", "region", "country", "company"];

export default function Customer({ params }: PageProps) {
  const id = params.id ?? "";
  const profile = useLoad((signal) => data(api.GET("/v1/profiles/{id}", { params: { path: { id } }, signal })), [id]);
  const name = profile.data ? (nameOf(profile.data) ?? texts.unnamed) : texts.title;
  return (
    <>
      <PageHeader
        title={name}
        before={profile.data && <Avatar size="l" name={nameOf(profile.data)} />}
        back={{ path: "/customers", label: texts.back }}
      >
        {profile.data && <Kind kind={profile.data.kind} />}
      </PageHeader>
      {profile.error && <ErrorState error={profile.error} onRetry={profile.reload} />}
      {!profile.data && !profile.error && <Skeleton lines={8} />}
      {profile.data && <Card profile={profile.data} />}
    </>
  );
}

const Kind = ({ kind }: { kind: Profile["kind"] }) => (
  <Badge tone={kind === "recognised" ? "accent" : "neutral"}>{texts.kinds[kind]}</Badge>
);

function Card({ profile }: { profile: Profile }) {
  return (
    <div class="card">
      <Panel title={texts.contact}>
        <Facts facts={factsOf(profile, CONTACT)} />
      </Panel>
      <Panel title={texts.attributes}>
        <Facts facts={factsOf(profile, otherNames(profile))} />
        {!Object.keys(profile.attributes).length && <p class="soft">{texts.noAttributes}</p>}
      </Panel>
      <Panel title={texts.about}>
        <Facts
          facts={[
            [texts.firstSeen, <Ago instant={profile.first_seen} />],
            [texts.lastSeen, <Ago instant={profile.last_seen} />],
            [texts.responsible, profile.responsible],
            [texts.classes, profile.classes.join(", ")],
            [texts.segments, profile.segments.join(", ")],
            [texts.tags, profile.tags.length ? <Tags tags={profile.tags} /> : null],
          ]}
        />
      </Panel>
    </div>
  );
}

const Tags = ({ tags }: { tags: string[] }) => (
  <span class="card-tags">
    {tags.map((tag) => (
      <Tag key={tag} name={tag} />
    ))}
  </span>
);

function nameOf({ attributes, identities }: Profile): string | null {
  const name = [attributes.first_name, attributes.last_name].filter((part) => typeof part === "string").join(" ");
  const email = attributes.email ?? identities.find(({ type }) => type === "email")?.value;
  return name || (typeof email === "string" ? email : null);
}

const otherNames = ({ attributes }: Profile): string[] => Object.keys(attributes).filter((name) => !CONTACT.includes(name));

const factsOf = ({ attributes }: Profile, names: string[]): [string, string | null][] =>
  names.map((name) => [name.replaceAll("_", " "), shown(attributes[name])]);

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
