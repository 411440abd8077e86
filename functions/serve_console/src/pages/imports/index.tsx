import { FileInput, Upload } from "lucide";
import {
  Ago,
  Button,
  type Column,
  EmptyState,
  JobProgress,
  JobState,
  LinkButton,
  type Model,
  PageHeader,
  type PageProps,
  PagedCollection,
  SelectField,
  api,
  data,
  formatNumber,
  href,
  isUnfinished,
  setQuery,
  useInterval,
  usePages,
  type Address,
  known,
} from "#core";
import { imports as texts } from "#texts/imports";
import { jobs } from "#texts/jobs";
import "./imports.css";

type Import = Model["Import"];
type State = Import["state"];

const STATES: State[] = ["queued", "running", "done", "failed", "cancelled"];
const REFRESH = 2000;

export const address: Address = { state: STATES };

export default function Imports({ query }: PageProps) {
  const chosen = known(query, "state", STATES);
  const pages = usePages<Import>(
    async (cursor, signal) => {
      const filter = { limit: 50, ...(chosen && { state: chosen }), ...(cursor && { cursor }) };
      const page = await data(api.GET("/v1/imports", { params: { query: filter }, signal }));
      return { items: page.imports, next: page.next_cursor };
    },
    [chosen],
  );
  useInterval(pages.reload, pages.items?.some(isUnfinished) ? REFRESH : null);
  const empty = pages.items?.length === 0 && !pages.more;
  return (
    <>
      <PageHeader title={texts.title} actions={<New />} />
      <div class="imports">
        {(chosen || !empty) && <States chosen={chosen} />}
        <PagedCollection
          live
          label={texts.table}
          pages={pages}
          columns={columns}
          keyOf={({ id }) => id}
          nameOf={({ file_name }) => file_name}
          empty={<None filtered={chosen !== undefined} />}
          shown={texts.shown}
        />
      </div>
    </>
  );
}

const New = () => (
  <LinkButton kind="primary" icon={Upload} href={href("/imports/new")}>
    {texts.action}
  </LinkButton>
);

const States = ({ chosen }: { chosen: State | undefined }) => (
  <div class="imports-filter">
    <SelectField
      label={texts.stateLabel}
      value={chosen ?? ""}
      onChange={(state) => setQuery({ state: state || null })}
      options={[{ value: "", label: texts.anyState }, ...STATES.map((value) => ({ value, label: jobs.states[value] }))]}
    />
  </div>
);

function None({ filtered }: { filtered: boolean }) {
  const { none } = texts;
  if (!filtered) return <EmptyState icon={FileInput} title={none.title} text={none.text} action={<New />} />;
  const action = <Button onClick={() => setQuery({ state: null })}>{none.filtered.action}</Button>;
  return <EmptyState icon={FileInput} title={none.filtered.title} text={none.filtered.text} action={action} />;
}

const columns: Column<Import>[] = [
  { id: "file", header: texts.columns.file, cell: (one) => <File of={one} /> },
  { id: "state", header: texts.columns.state, cell: (one) => (isUnfinished(one) ? <JobProgress job={one} /> : <JobState state={one.state} />) },
  number("rows", "m"),
  number("created", "l"),
  number("updated", "l"),
  number("rejected", "m"),
  { id: "started", header: texts.columns.started, end: true, from: "m", cell: (one) => <Ago instant={one.created_at} /> },
];

function number(name: "rows" | "created" | "updated" | "rejected", from: "m" | "l"): Column<Import> {
  return { id: name, header: texts.columns[name], end: true, from, cell: ({ report }) => formatNumber(report[name]) };
}

const File = ({ of: { id, file_name, mapping } }: { of: Import }) => (
  <span class="imports-file">
    <a class="imports-name truncate" href={href(`/imports/${id}`)} title={file_name}>
      {file_name}
    </a>
    <span class="soft small truncate">{mapping ? texts.byMapping(mapping) : texts.automatic}</span>
  </span>
);
