import { Ago, Badge, type Model, Panel, api, data, href, useInterval, useLoad } from "#core";
import { source as texts } from "#texts/source";

type Activity = Model["Activity"];

const EVERY = 5_000;
const CUSTOMERS = 5;
const SHOWN = 8;

/** The events of the customers who were active last, as far as they came from this source. */
export function Events({ id }: { id: string }) {
  const events = useLoad((signal) => latest(id, signal), [id]);
  useInterval(events.reload, EVERY);
  return (
    <Panel title={texts.events.title} actions={<Badge tone="good">{texts.events.live}</Badge>}>
      <p class="soft">{texts.events.text}</p>
      {events.data?.length === 0 && <p class="soft">{texts.events.none}</p>}
      <ul>
        {events.data?.map((event) => (
          <li key={event.id} class="source-event">
            <a class="truncate" href={href(`/customers/${event.profile_id}`)}>
              {event.name ?? event.type}
            </a>
            <span class="soft small">
              <Ago instant={event.received_at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

async function latest(source: string, signal: AbortSignal): Promise<Activity[]> {
  const query = { sort: "-last_activity", limit: CUSTOMERS } as const;
  const { profiles } = await data(api.GET("/v1/profiles", { params: { query }, signal }));
  const timelines = await Promise.all(profiles.map(({ id }) => timelineOf(id, signal)));
  return timelines
    .flat()
    .filter((event) => event.source === source)
    .sort((one, other) => other.received_at.localeCompare(one.received_at))
    .slice(0, SHOWN);
}

async function timelineOf(id: string, signal: AbortSignal): Promise<Activity[]> {
  const params = { path: { id }, query: { limit: SHOWN } };
  return (await data(api.GET("/v1/profiles/{id}/activities", { params, signal }))).activities;
}
