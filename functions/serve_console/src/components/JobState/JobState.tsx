import { Ban, RotateCw } from "lucide";
import { useState } from "preact/hooks";
import { jobs as texts } from "#texts/jobs";
import { type Model, api, data } from "../../api/client";
import { useAction } from "../../api/useAction";
import { may } from "../../caller";
import { plural } from "../../format";
import { Badge, type Tone } from "../Badge/Badge";
import { Button } from "../Button/Button";
import { Dialog } from "../Dialog/Dialog";
import { ErrorNote } from "../ErrorState/ErrorState";
import { Progress } from "../Progress/Progress";
import { toast } from "../Toast/Toast";

type Kind = Model["Job"]["kind"];
type Shown = Pick<Model["Job"], "id" | "state" | "progress" | "error">;

const TONES: Record<Shown["state"], Tone> = { queued: "neutral", running: "info", done: "good", failed: "bad", cancelled: "warn" };
/** The API refuses to cancel these. */
const MUST_END: Kind[] = ["erase", "backfill", "ranking"];
/** Failures after which a job can continue; others would be repeated. */
const PASSING = ["unexpected", "interrupted", "import_not_begun"];

export const isUnfinished = ({ state }: Pick<Shown, "state">): boolean => state === "queued" || state === "running";

/** The state of an import, an export or another job. */
export const JobState = ({ state }: { state: Shown["state"] }) => <Badge tone={TONES[state]}>{texts.states[state]}</Badge>;

/** How far a job is, while it is under way. */
export function JobProgress({ job }: { job: Shown }) {
  if (!isUnfinished(job)) return null;
  const { done, total, seconds_left: left } = job.progress;
  const label = left === null ? texts.states[job.state] : plural(left, texts.secondsLeft);
  return <Progress label={label} done={done} of={total ?? undefined} />;
}

interface Props {
  job: Shown;
  kind: Kind;
  onChange: () => void;
  small?: boolean;
}

/** What can be done with a job: cancel it while it is under way, or resume it after it failed. */
export function JobActions({ job, kind, onChange, small }: Props) {
  const [asking, setAsking] = useState(false);
  const resume = useAction(async () => {
    await data(api.POST("/v1/jobs/{id}/retry", { params: { path: { id: job.id } } }));
    toast(texts.resumed);
    onChange();
  });
  if (!may("jobs:write")) return null;
  return (
    <>
      {isUnfinished(job) && !MUST_END.includes(kind) && (
        <Button small={small} icon={Ban} onClick={() => setAsking(true)}>
          {texts.cancel}
        </Button>
      )}
      {job.state === "failed" && PASSING.includes(job.error?.code ?? "") && (
        <Button small={small} icon={RotateCw} busy={resume.running} onClick={() => void resume.run()}>
          {texts.resume}
        </Button>
      )}
      {resume.error && <ErrorNote error={resume.error} />}
      {asking && <Cancel id={job.id} onClose={() => setAsking(false)} onChange={onChange} />}
    </>
  );
}

/** Asks first: a job that was cancelled cannot be continued. */
function Cancel({ id, onClose, onChange }: { id: string; onClose: () => void; onChange: () => void }) {
  const cancel = useAction(async () => {
    await data(api.POST("/v1/jobs/{id}/cancel", { params: { path: { id } } }));
    toast(texts.cancelled);
    onClose();
    onChange();
  });
  return (
    <Dialog
      title={texts.cancelTitle}
      onClose={onClose}
      onSubmit={() => void cancel.run()}
      actions={
        <>
          <Button onClick={onClose}>{texts.keep}</Button>
          <Button kind="danger" type="submit" busy={cancel.running}>
            {texts.cancel}
          </Button>
        </>
      }
    >
      <p>{texts.cancelText}</p>
      <ErrorNote error={cancel.error} />
    </Dialog>
  );
}
