import { Ago, Badge, type Column, type Model, type Tone, formatNumber, href } from "#core";
import { segments as texts } from "#texts/segments";

export type Segment = Model["Segment"];

const TONES: Record<string, Tone> = { ready: "good", building: "info", failed: "bad" };

export const columns: Column<Segment>[] = [
  { id: "name", header: texts.columns.name, cell: (segment) => <Name segment={segment} /> },
  { id: "slug", header: texts.columns.slug, from: "l", cell: ({ slug, id }) => <code class="soft">{slug ?? id}</code> },
  { id: "state", header: texts.columns.state, from: "m", cell: ({ state }) => <Badge tone={TONES[state]}>{texts.states[state] ?? state}</Badge> },
  { id: "updated", header: texts.columns.updated, from: "l", end: true, cell: ({ updated_at }) => <Ago instant={updated_at} /> },
  { id: "count", header: texts.columns.count, end: true, cell: ({ count }) => <Count count={count} /> },
];

function Name({ segment }: { segment: Segment }) {
  return (
    <span class="segment-words">
      <a class="segment-name truncate" href={href(`/segments/${segment.id}`)}>
        {segment.name}
      </a>
      <span class="soft small truncate">{segment.description || texts.types[segment.type]}</span>
    </span>
  );
}

const Count = ({ count }: { count: number | null }) =>
  count === null ? <span class="soft" title={texts.noCount}>–</span> : formatNumber(count);
