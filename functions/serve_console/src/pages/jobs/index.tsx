import { Workflow } from "lucide";
import {
  Ago,
  Button,
  type Column,
  EmptyState,
  JobActions,
  JobProgress,
  JobState,
  type Model,
  PageHeader,
  type PageProps,
  PagedCollection,
  SelectField,
  api,
  data,
  formatNumber,
  isUnfinished,
  setQuery,
  useInterval,
  usePages,
  type Address,
  known,
} from "#core";
import { jobs as texts } from "#texts/jobs";
import { Details } from "./Details";
import "./jobs.css";

type Job = Model["Job"];
type Kind = Job["kind"];
type State = Job["state"];

const KINDS = Object.keys(texts.kinds) as Kind[];
const STATES = Object.keys(texts.states) as State[];
const REFRESH = 2000;

export const address: Address = { kind: KINDS, state: STATES, job: null };

/** Everything that takes longer than a request, with its progress, and what can be done about it. */
export default function Jobs({ query }: PageProps) {
  const kind = known(query, "kind", KINDS);
  const state = known(query, "state", STATES);
  const opened = query.get("job");
  const pages = usePages<Job>(
    async (cursor, signal) => {
      const filter = { limit: 50, ...(kind && { kind }), ...(state && { state }), ...(cursor && { cursor }) };
      const page = await data(api.GET("/v1/jobs", { params: { query: filter }, signal }));
      return { items: page.jobs, next: page.next_cursor };
    },
    [kind, state],
  );
  useInterval(pages.reload, pages.items?.some(isUnfinished) ? REFRESH : null);
  return (
    <>
      <PageHeader title={texts.title}>
        <p class="soft">{texts.intro}</p>
      </PageHeader>
      <div class="jobs">
        <div class="jobs-filters">
          <SelectField
            label={texts.kindLabel}
            value={kind ?? ""}
            onChange={(chosen) => setQuery({ kind: chosen || null })}
            options={[{ value: "", label: texts.anyKind }, ...KINDS.map((value) => ({ value, label: texts.kinds[value] }))]}
          />
          <SelectField
            label={texts.stateLabel}
            value={state ?? ""}
            onChange={(chosen) => setQuery({ state: chosen || null })}
            options={[{ value: "", label: texts.anyState }, ...STATES.map((value) => ({ value, label: texts.states[value] }))]}
          />
        </div>
        <PagedCollection
          live
          label={texts.table}
          pages={pages}
          columns={columnsOf(pages.reload)}
          keyOf={({ id }) => id}
          nameOf={nameOf}
          empty={<None filtered={kind !== undefined || state !== undefined} />}
          shown={texts.shown}
        />
      </div>
      {opened && <Details id={opened} onClose={() => setQuery({ job: null })} />}
    </>
  );
}

function None({ filtered }: { filtered: boolean }) {
  const { none } = texts;
  const action = filtered && <Button onClick={() => setQuery({ kind: null, state: null })}>{none.action}</Button>;
  return <EmptyState icon={Workflow} title={none.title} text={filtered ? none.filtered : none.text} action={action} />;
}

const nameOf = ({ kind, id }: Job): string => texts.detailsOf(texts.kinds[kind], id);

const columnsOf = (onChange: () => void): Column<Job>[] => [
  {
    id: "job",
    header: texts.columns.job,
    cell: (job) => (
      <button type="button" class="jobs-name" onClick={() => setQuery({ job: job.id })}>
        {texts.kinds[job.kind]}
      </button>
    ),
  },
  {
    id: "state",
    header: texts.columns.state,
    cell: (job) => (isUnfinished(job) ? <JobProgress job={job} /> : <JobState state={job.state} />),
  },
  { id: "counts", header: texts.columns.counts, from: "m", cell: (job) => <span class="soft small">{resultOf(job)}</span> },
  { id: "started", header: texts.columns.started, end: true, from: "m", cell: (job) => <Ago instant={job.created_at} /> },
  { id: "actions", header: texts.columns.actions, end: true, cell: (job) => <JobActions small job={job} kind={job.kind} onChange={onChange} /> },
];

/** Why it failed, or its counts in one line. */
const resultOf = ({ error, counts }: Job): string =>
  error
    ? error.message
    : Object.entries(counts)
        .map(([name, count]) => `${formatNumber(count)} ${texts.counted[name] ?? name.replaceAll("_", " ")}`)
        .join(" · ");
