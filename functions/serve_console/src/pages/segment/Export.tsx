import { Download } from "lucide";
import {
  Button,
  Dialog,
  ErrorNote,
  LinkButton,
  type Model,
  Progress,
  SelectField,
  api,
  data,
  once,
  useAction,
  useInterval,
  useState,
} from "#core";
import { common } from "#texts/common";
import { segment as texts } from "#texts/segment";

interface Props {
  segment: Model["Segment"];
  onClose: () => void;
}

type Format = Model["NewExport"]["format"];
type Job = Model["Export"];

const WHILE_RUNNING = 1500;
const FORMATS = Object.entries(texts.export.formats).map(([value, label]) => ({ value: value as NonNullable<Format>, label }));

/** Starts an export, shows how far it is, and offers the file. */
export function Export({ segment, onClose }: Props) {
  const [format, setFormat] = useState<NonNullable<Format>>("csv");
  const [job, setJob] = useState<Job>();
  const start = useAction(async () => {
    const body = { segment: segment.id, format, kind: "any" as const, columns: [] };
    setJob(await data(api.POST("/v1/exports", { body, headers: once() })));
  });
  const look = useAction(async (id: string) => setJob(await data(api.GET("/v1/exports/{id}", { params: { path: { id } } }))));
  const running = job !== undefined && (job.state === "queued" || job.state === "running");
  useInterval(() => job && void look.run(job.id), running ? WHILE_RUNNING : null);
  return (
    <Dialog
      title={texts.export.title}
      onClose={onClose}
      onSubmit={job ? undefined : () => void start.run()}
      actions={
        <>
          <Button onClick={onClose}>{job ? common.close : common.cancel}</Button>
          {!job && (
            <Button kind="primary" type="submit" busy={start.running}>
              {texts.export.submit}
            </Button>
          )}
          {job?.state === "done" && job.file?.url && (
            <LinkButton kind="primary" icon={Download} href={job.file.url} download="">
              {texts.export.download}
            </LinkButton>
          )}
        </>
      }
    >
      <ErrorNote error={start.error ?? look.error} />
      {!job && <SelectField label={texts.export.format} value={format} onChange={setFormat} options={FORMATS} />}
      {running && <Progress label={texts.export.running} done={job.progress.done} of={job.progress.total ?? undefined} />}
      <div role="status">
        {job?.state === "done" && <p>{texts.export.ready}</p>}
        {(job?.state === "failed" || job?.state === "cancelled") && <p>{texts.export.failed}</p>}
      </div>
    </Dialog>
  );
}
