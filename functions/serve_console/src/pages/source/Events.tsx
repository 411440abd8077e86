import { Pause, Play } from "lucide";
import { Ago, Badge, Button, ErrorState, Facts, JsonView, Panel, Skeleton, TextField, formatDateTime, href, plural, useState } from "#core";
import { source as texts } from "#texts/source";
import { type Arrived, useEvents } from "./useEvents";

/** The events of the source as they arrive, with all that each one holds. */
export function Events({ id }: { id: string }) {
  const [paused, setPaused] = useState(false);
  const [name, setName] = useState("");
  const { items, error, reload } = useEvents(id, paused);
  const wanted = name.trim().toLocaleLowerCase();
  const shown = items?.filter((event) => event.name.toLocaleLowerCase().includes(wanted)) ?? [];
  const actions = (
    <>
      <Badge tone={paused ? "neutral" : "good"}>{paused ? texts.events.paused : texts.events.live}</Badge>
      <Button small icon={paused ? Play : Pause} onClick={() => setPaused(!paused)}>
        {paused ? texts.events.resume : texts.events.pause}
      </Button>
    </>
  );
  return (
    <Panel title={texts.events.title} actions={<span class="source-live">{actions}</span>}>
      {error && <ErrorState error={error} onRetry={reload} />}
      {!items && !error && <Skeleton lines={4} />}
      {items?.length === 0 && <p class="soft">{texts.events.none}</p>}
      {items && items.length > 0 && (
        <>
          <TextField bare label={texts.events.filter} placeholder={texts.events.filter} value={name} onChange={setName} />
          <p class="soft small" role="status">
            {plural(shown.length, texts.events.shown)}
          </p>
        </>
      )}
      <ul class="source-events" aria-label={texts.events.title}>
        {shown.map((event) => (
          <Event key={event.id} of={event} />
        ))}
      </ul>
    </Panel>
  );
}

function Event({ of: event }: { of: Arrived }) {
  const [open, setOpen] = useState(false);
  return (
    <li class="source-event">
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <span class="truncate">{event.name}</span>
          {event.type && <span class="soft small">{event.type}</span>}
          {event.rejection && <Badge tone="bad">{texts.events.rejected}</Badge>}
          <span class="soft small">
            <Ago instant={event.receivedAt} />
          </span>
        </summary>
        {open && <Content of={event} />}
      </details>
    </li>
  );
}

const Content = ({ of: event }: { of: Arrived }) => (
  <>
    <Facts
      facts={[
        [texts.events.received, formatDateTime(event.receivedAt)],
        [texts.events.customer, event.customer && <Customer id={event.customer} />],
        [texts.events.reason, event.rejection && `${event.rejection.message} (${event.rejection.code})`],
      ]}
    />
    <JsonView value={event.content} />
    {event.rejection && (
      <p class="small">
        <a href={href(`/rejected?source=${event.rejection.source}`)}>{texts.events.correct}</a>
      </p>
    )}
  </>
);

const Customer = ({ id }: { id: string }) => (
  <a class="source-event-customer" href={href(`/customers/${id}`)}>
    {id}
  </a>
);
