import { ApiError, type ComponentChildren, Tabs, channelName, known, part, setQuery, usePages, useState } from "#core";
import { customer as texts } from "#texts/customer";
import { Environment, Identities } from "./About";
import { type Card, type Collision, type Task, readTasks } from "./card";
import { labelOf, shown } from "./attributes";
import { Consents } from "./Consents";
import { Details } from "./Details";
import { Groups, Ownership } from "./Groups";
import { Orders, Scores, Segments, Values } from "./Insights";
import type { Difference } from "./profile";
import { NoteForm, Notes } from "./Notes";
import { Tasks, isOpen } from "./Tasks";
import { Timeline } from "./Timeline";
import { useNarrow } from "./useNarrow";
import { useTimeline } from "./useTimeline";

const ConflictDialog = part<typeof import("#parts/customer-conflict")["default"]>("customer-conflict");

interface Props {
  card: Card;
  collision: Collision | undefined;
  query: URLSearchParams;
}

type Column = "profile" | "timeline" | "insights";

/** The card: who it is, what has happened, what follows from it. On a phone the columns are tabs. */
export function CardPage({ card, collision, query }: Props) {
  const narrow = useNarrow();
  const [worked, setWorked] = useState(0);
  const category = known(query, "category", Object.keys(texts.categories)) ?? "all";
  const timeline = useTimeline(card.id, category, card.changed + worked, () => void card.refresh().catch(unlessApi));
  const tasks = usePages<Task>((cursor, signal) => readTasks(card.id, cursor, signal), [card.id]);
  const onWork = () => setWorked((count) => count + 1);

  const columns = {
    profile: (
      <div class="card-column">
        <Details />
        <Groups />
        <Consents />
        <Ownership />
        <Identities />
        <Environment activities={timeline.pages.items ?? []} />
      </div>
    ),
    timeline: (
      <Middle query={query} tasks={tasks.items?.filter(isOpen).length || undefined}>
        {{
          timeline: (
            <>
              {card.editable && <NoteForm onDone={onWork} />}
              <Timeline {...timeline} category={category} />
            </>
          ),
          tasks: <Tasks tasks={tasks} onChange={onWork} />,
          notes: <Notes onChange={onWork} changed={worked} />,
        }}
      </Middle>
    ),
    insights: (
      <div class="card-column">
        <Orders />
        <Segments />
        <Scores />
        <Values />
      </div>
    ),
  };
  const column = (query.get("column") ?? "profile") as Column;
  return (
    <>
      {narrow ? (
        <div>
          <Tabs
            label={texts.columns.label}
            tabs={(["profile", "timeline", "insights"] as const).map((id) => ({ id, label: texts.columns[id] }))}
            selected={column in columns ? column : "profile"}
            onSelect={(id) => setQuery({ column: id === "profile" ? null : id })}
          >
            <div class="card">{columns[column] ?? columns.profile}</div>
          </Tabs>
        </div>
      ) : (
        <div class="card">
          <div class="card-who">{columns.profile}</div>
          <div class="card-what">{columns.timeline}</div>
          <div class="card-why">{columns.insights}</div>
        </div>
      )}
      {collision && <ConflictDialog rows={collision.differences.map(rowOf)} onChoose={collision.onChoose} />}
    </>
  );
}

/** What cannot be read in the background now is read with the next news. */
function unlessApi(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
}

type Tab = "timeline" | "tasks" | "notes";

interface MiddleProps {
  query: URLSearchParams;
  /** How many tasks are open, if any are. */
  tasks: number | undefined;
  children: Record<Tab, ComponentChildren>;
}

function Middle({ query, tasks, children }: MiddleProps) {
  const tab = (query.get("tab") ?? "timeline") as Tab;
  const tabs = [
    { id: "timeline" as const, label: texts.tabs.timeline },
    { id: "tasks" as const, label: texts.tabs.tasks, count: tasks },
    { id: "notes" as const, label: texts.tabs.notes },
  ];
  return (
    <section class="panel middle" aria-label={texts.columns.timeline}>
      <Tabs label={texts.tabs.label} tabs={tabs} selected={tab in children ? tab : "timeline"} onSelect={(id) => setQuery({ tab: id === "timeline" ? null : id })}>
        <div class="middle-body">{children[tab] ?? children.timeline}</div>
      </Tabs>
    </section>
  );
}

function rowOf({ id, name, before, theirs, mine }: Difference) {
  const words = (value: unknown) => (id.startsWith("consents.") ? (texts.consents.states[String(value)] ?? texts.none) : (shown(value) ?? texts.none));
  const label = id.startsWith("consents.") ? channelName(name) : id === "responsible" ? (texts.parts.responsible ?? name) : labelOf(name);
  return { id, name: label, before: words(before), theirs: words(theirs), mine: words(mine) };
}
