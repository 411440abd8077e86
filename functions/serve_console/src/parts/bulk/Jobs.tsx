import { Download, X } from "lucide";
import {
  Button,
  ErrorNote,
  IconButton,
  LinkButton,
  type Model,
  Progress,
  api,
  data,
  may,
  once,
  plural,
  toast,
  useAction,
  useInterval,
  useState,
} from "#core";
import { bulk as texts } from "#texts/bulk";
import { common } from "#texts/common";
import type { ActionId } from "./actions";

/** A job that this page started. */
export interface Started {
  action: ActionId;
  job: Model["Job"];
}

interface Props {
  jobs: Started[];
  onOver: () => void;
  onHide: (id: string) => void;
}

/** How far the jobs of this page are, what they have changed, and their files. */
export function Jobs({ jobs, onOver, onHide }: Props) {
  if (!jobs.length) return null;
  return (
    <section class="jobs" aria-label={texts.jobs}>
      {jobs.map((started) => (
        <JobLine key={started.job.id} started={started} onOver={onOver} onHide={() => onHide(started.job.id)} />
      ))}
    </section>
  );
}

const OVER = ["done", "failed", "cancelled"];
const PAUSE = 1000;

function JobLine({ started, onOver, onHide }: { started: Started; onOver: () => void; onHide: () => void }) {
  const [job, setJob] = useState<Read>(started.job);
  const isOver = OVER.includes(job.state);
  const read = useAction(async () => {
    const found = await readJob(started);
    setJob(found);
    if (OVER.includes(found.state)) onOver();
  });
  const cancel = useAction(async () => {
    const cancelled = await data(api.POST("/v1/jobs/{id}/cancel", { params: { path: { id: job.id } }, headers: once() }));
    setJob({ ...job, ...cancelled });
    toast(texts.cancelled);
    onOver();
  });
  useInterval(() => read.running || void read.run(), isOver ? null : PAUSE);
  const label = texts.actions[started.action];
  return (
    <div class="job">
      <div class="job-words">
        {isOver ? (
          <p role="status">
            <strong>{label}</strong>: {outcome(job)}
          </p>
        ) : (
          <Progress label={label} done={job.progress.done} of={job.progress.total ?? undefined} />
        )}
        <ErrorNote error={read.error ?? cancel.error} />
      </div>
      {file(job) && (
        <LinkButton small icon={Download} href={file(job) ?? ""} download="">
          {started.action === "export" ? texts.download : texts.results}
        </LinkButton>
      )}
      {!isOver && may("jobs:write") && (
        <Button small busy={cancel.running} onClick={() => void cancel.run()}>
          {texts.cancel}
        </Button>
      )}
      {isOver && <IconButton small icon={X} label={common.close} onClick={onHide} />}
    </div>
  );
}

type Read = Model["Job"] & { file?: Model["Export"]["file"]; links?: Model["JobInDetail"]["links"] };

function readJob({ action, job }: Started): Promise<Read> {
  const params = { path: { id: job.id } };
  return action === "export" ? data(api.GET("/v1/exports/{id}", { params })) : data(api.GET("/v1/jobs/{id}", { params }));
}

/** The link to what the job has written, which is valid for minutes. */
const file = (job: Read): string | null | undefined => job.file?.url ?? (job.links as { results?: string } | undefined)?.results;

function outcome(job: Read): string {
  if (job.state === "failed") return `${texts.failed}. ${job.error?.message ?? ""}`;
  const named = Object.entries(texts.counts).filter(([name]) => job.counts[name]);
  const counts = named.map(([name, forms]) => plural(job.counts[name] ?? 0, forms)).join(", ");
  const words = job.state === "cancelled" ? texts.cancelledJob : texts.done;
  return `${words}: ${counts || texts.nothing}`;
}
