import { Repeat } from "lucide";
import {
  Ago,
  Author,
  Button,
  ErrorNote,
  ErrorState,
  Facts,
  JobActions,
  JobProgress,
  JobState,
  type Model,
  PageHeader,
  type PageProps,
  Panel,
  Skeleton,
  Stat,
  Stats,
  api,
  data,
  formatNumber,
  href,
  isUnfinished,
  navigate,
  once,
  useAction,
  useInterval,
  useLoad,
} from "#core";
import { importPage as texts } from "#texts/importPage";
import { Columns } from "./Columns";
import { Correct } from "./Correct";
import { Reasons } from "./Reasons";
import "./import.css";

type Import = Model["Import"];

const REFRESH = 1500;

/** One import: how far it is, what it did, and the rows that it rejected, to be corrected. */
export default function ImportPage({ params }: PageProps) {
  const id = params.id ?? "";
  const read = useLoad((signal) => data(api.GET("/v1/imports/{id}", { params: { path: { id } }, signal })), [id], { keep: true });
  const found = read.data;
  useInterval(read.reload, found && isUnfinished(found) ? REFRESH : null);
  return (
    <>
      <PageHeader
        title={found?.file_name ?? texts.title}
        back={{ path: "/imports", label: texts.back }}
        actions={found && <JobActions job={found} kind="import" onChange={read.reload} />}
      >
        {found && <JobState state={found.state} />}
      </PageHeader>
      {read.error && <ErrorState error={read.error} onRetry={read.reload} />}
      {!found && !read.error && <Skeleton lines={8} />}
      {found && <Found one={found} />}
    </>
  );
}

function Found({ one }: { one: Import }) {
  const { report } = one;
  return (
    <div class="import">
      <JobProgress job={one} />
      {one.error && <Failed error={one.error} />}
      {!one.error && one.last_failure && <p class="import-note soft">{texts.retried(one.last_failure.message)}</p>}
      {report.duplicate_of && <Duplicate one={one} of={report.duplicate_of} />}
      <Panel title={texts.report}>
        <Outcome report={report} />
      </Panel>
      <Reasons title={texts.reasons} codes={report.reasons} explain={texts.codes} />
      {one.report_file && report.rejected > 0 && <Correct one={one} file={one.report_file} />}
      <Reasons title={texts.warnings} codes={report.warnings} explain={texts.warningCodes} />
      <Reasons title={texts.unreadConsents} codes={report.unread_consents} />
      {report.columns.length > 0 && <Columns columns={report.columns} />}
      <Panel title={texts.about}>
        <Facts
          facts={[
            [texts.mapping, one.mapping ?? texts.automatic],
            [texts.encoding, report.dialect?.encoding],
            [texts.delimiter, report.dialect && <code>{JSON.stringify(report.dialect.delimiter)}</code>],
            [texts.startedBy, <Author source={one.started_by} name={one.started_by_name} />],
            [texts.started, <Ago instant={one.created_at} />],
            [texts.finished, one.finished_at && <Ago instant={one.finished_at} />],
            [texts.file, <code class="import-key">{one.key}</code>],
          ]}
        />
      </Panel>
    </div>
  );
}

const Failed = ({ error }: { error: NonNullable<Import["error"]> }) => (
  <div class="import-failed" role="alert">
    <p>{error.message}</p>
    <code class="small">{error.code}</code>
  </div>
);

const OUTCOMES = ["rows", "created", "updated", "unchanged", "skipped", "rejected"] as const;
const OF_EVENTS = ["events", "repeated"] as const;

const Outcome = ({ report }: { report: Import["report"] }) => (
  <Stats>
    {[...OUTCOMES, ...OF_EVENTS.filter((name) => report[name] > 0)].map((name) => (
      <Stat key={name} label={texts.outcomes[name]}>
        {formatNumber(report[name])}
      </Stat>
    ))}
  </Stats>
);

/** The same content was imported before; it can be imported again all the same. */
function Duplicate({ one, of }: { one: Import; of: string }) {
  const again = useAction(async () => {
    const body = { key: one.key, mapping: one.mapping, again: true };
    const begun = await data(api.POST("/v1/imports", { body, headers: once() }));
    navigate(`/imports/${begun.id}`);
  });
  return (
    <Panel>
      <p>
        {texts.duplicate} <a href={href(`/imports/${of}`)}>{texts.earlier}</a>
      </p>
      <ErrorNote error={again.error} />
      <div>
        <Button icon={Repeat} busy={again.running} onClick={() => void again.run()}>
          {texts.again}
        </Button>
      </div>
    </Panel>
  );
}
