import { CircleCheck, RotateCw } from "lucide";
import {
  Ago,
  Badge,
  Button,
  EmptyState,
  ErrorState,
  type Model,
  PageHeader,
  Panel,
  Skeleton,
  api,
  data,
  formatNumber,
  href,
  may,
  once,
  plural,
  toast,
  toastError,
  useAction,
  useEffect,
  useInterval,
  useLoad,
} from "#core";
import { health as texts } from "#texts/health";
import "./health.css";

type Problem = Model["Problem"];

const REFRESH = 30_000;

/** What does not recover by itself, since when, and what to do about it. */
export default function Health() {
  const read = useLoad((signal) => data(api.GET("/v1/health", { signal })), []);
  useInterval(read.reload, REFRESH);
  const retry = useAction(async () => {
    const { queued } = await data(api.POST("/v1/health/retry", { headers: once() }));
    toast(plural(queued, texts.retried));
    read.reload();
  });
  useEffect(() => {
    if (retry.error) toastError(retry.error);
  }, [retry.error]);
  const health = read.data;
  const isStuck = health?.problems.some(({ profile_ids }) => profile_ids.length) ?? false;
  return (
    <>
      <PageHeader
        title={texts.title}
        actions={
          isStuck &&
          may("jobs:write") && (
            <Button icon={RotateCw} busy={retry.running} onClick={() => void retry.run()}>
              {texts.retry}
            </Button>
          )
        }
      >
        {health && (
          <p class="soft">
            <Badge tone={health.status === "ok" ? "good" : "warn"}>{texts.states[health.status]}</Badge> {texts.checked}{" "}
            <Ago instant={health.checked_at} />
          </p>
        )}
      </PageHeader>
      {read.error && <ErrorState error={read.error} onRetry={read.reload} />}
      {!health && !read.error && <Skeleton lines={6} />}
      {health && !health.problems.length && <EmptyState icon={CircleCheck} title={texts.none.title} text={texts.none.text} />}
      {health && health.problems.length > 0 && (
        <div class="health">
          {health.problems.map((problem) => (
            <One key={problem.code + (problem.queue ?? "")} problem={problem} />
          ))}
        </div>
      )}
    </>
  );
}

const One = ({ problem }: { problem: Problem }) => (
  <Panel title={problem.what} actions={<Badge tone="warn">{formatNumber(problem.count)}</Badge>}>
    <p>{problem.what_to_do}</p>
    <p class="soft small">
      <code>{problem.code}</code> {problem.queue && <code>{problem.queue}</code>} {texts.since} <Ago instant={problem.since} none={texts.unknown} />
    </p>
    <Ids title={texts.profiles} ids={problem.profile_ids} path="/customers/" />
    <Ids title={texts.culprits} ids={problem.culprit_ids} path="/customers/" />
    <Ids title={texts.jobs} ids={problem.job_ids} path="/jobs?job=" />
    {problem.unlisted_failures > 0 && <p class="soft small">{plural(problem.unlisted_failures, texts.unlisted)}</p>}
  </Panel>
);

function Ids({ title, ids, path }: { title: string; ids: string[]; path: string }) {
  if (!ids.length) return null;
  return (
    <details class="health-ids" open={ids.length <= 5}>
      <summary>{`${title} (${formatNumber(ids.length)})`}</summary>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <a href={href(path + encodeURIComponent(id))}>{id}</a>
          </li>
        ))}
      </ul>
    </details>
  );
}
