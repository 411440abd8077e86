import {
  Ago,
  Author,
  Dialog,
  ErrorState,
  Facts,
  JobState,
  JsonView,
  LinkButton,
  type Model,
  Skeleton,
  api,
  data,
  formatNumber,
  href,
  may,
  useLoad,
} from "#core";
import { Download } from "lucide";
import { jobs as texts } from "#texts/jobs";

/** One job: its counts, its result, its files, and why it failed. */
export function Details({ id, onClose }: { id: string; onClose: () => void }) {
  const read = useLoad((signal) => data(api.GET("/v1/jobs/{id}", { params: { path: { id } }, signal })), [id]);
  const job = read.data;
  return (
    <Dialog wide title={job ? texts.kinds[job.kind] : texts.details} onClose={onClose}>
      {read.error && <ErrorState error={read.error} onRetry={read.reload} />}
      {!job && !read.error && <Skeleton lines={6} />}
      {job && <Found job={job} />}
    </Dialog>
  );
}

function Found({ job }: { job: Model["JobInDetail"] }) {
  return (
    <>
      <Facts
        facts={[
          [texts.facts.state, <JobState state={job.state} />],
          [texts.facts.id, <code>{job.id}</code>],
          [texts.facts.startedBy, <Author source={job.started_by} name={job.started_by_name} />],
          [texts.facts.created, <Ago instant={job.created_at} />],
          [texts.facts.finished, job.finished_at && <Ago instant={job.finished_at} />],
          [texts.facts.error, job.error && texts.failure(job.error.message, job.error.code)],
          [texts.facts.lastFailure, job.last_failure && texts.failure(job.last_failure.message, job.last_failure.code)],
          ...Object.entries(job.counts).map(([name, count]): [string, string] => [texts.counted[name] ?? name.replaceAll("_", " "), formatNumber(count)]),
        ]}
      />
      <div class="jobs-files">
        {job.kind === "import" && may("profiles:import") && <LinkButton href={href(`/imports/${job.id}`)}>{texts.open}</LinkButton>}
        {Object.entries(job.links).map(([name, url]) => (
          <LinkButton key={name} icon={Download} href={url} download="">
            {texts.download(name)}
          </LinkButton>
        ))}
      </div>
      {job.failed_profiles.length > 0 && (
        <section class="jobs-failed">
          <h3>{texts.failedProfiles}</h3>
          <ul>
            {job.failed_profiles.map((one) => (
              <li key={one}>
                <a href={href(`/customers/${one}`)}>{one}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {job.result && (
        <section class="jobs-failed">
          <h3>{texts.result}</h3>
          <JsonView value={job.result} />
        </section>
      )}
    </>
  );
}
