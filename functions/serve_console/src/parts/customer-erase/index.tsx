import {
  Button,
  Checkbox,
  Code,
  Dialog,
  ErrorNote,
  Facts,
  type Model,
  Progress,
  TextField,
  api,
  data,
  formatDateTime,
  formatNumber,
  may,
  useAction,
  useInterval,
  useState,
} from "#core";
import { customer as texts } from "#texts/customer";

type Job = Model["Job"];

interface Props {
  id: string;
  name: string;
  /** After the erasure was asked for, when the dialog is closed: the customer is gone. */
  onErased: () => void;
  onClose: () => void;
}

const PAUSE = 2000;
const ENDED = new Set<Job["state"]>(["done", "failed", "cancelled"]);

/** Erases the person for ever, which nothing takes back: so this asks, and ends with the receipt. */
export default function EraseDialog({ id, name, onErased, onClose }: Props) {
  const [job, setJob] = useState<Job>();
  return job ? <Receipt first={job} onClose={onErased} /> : <Ask id={id} name={name} onStarted={setJob} onClose={onClose} />;
}

interface AskProps {
  id: string;
  name: string;
  onStarted: (job: Job) => void;
  onClose: () => void;
}

function Ask({ id, name, onStarted, onClose }: AskProps) {
  const [typed, setTyped] = useState("");
  const [everything, setEverything] = useState(false);
  const erase = useAction(async () => {
    const query = { erase: true, ...(everything && { include: "all" }) } as never;
    onStarted((await data(api.DELETE("/v1/profiles/{id}", { params: { path: { id }, query } }))) as unknown as Job);
  });
  const agrees = typed.trim().toLocaleLowerCase() === texts.erase.word;
  return (
    <Dialog
      title={texts.erase.title(name)}
      onClose={onClose}
      onSubmit={() => agrees && void erase.run()}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button kind="danger" type="submit" disabled={!agrees} busy={erase.running}>
            {texts.erase.action}
          </Button>
        </>
      }
    >
      <p>{texts.erase.text}</p>
      <p class="soft">{texts.erase.kept}</p>
      <div>
        <Checkbox label={texts.erase.include} checked={everything} onChange={setEverything} />
        <p class="soft small">{texts.erase.includeHint}</p>
      </div>
      <TextField label={texts.erase.confirm(texts.erase.word)} value={typed} onChange={setTyped} autocomplete="off" spellcheck={false} autoFocus />
      <ErrorNote error={erase.error} />
    </Dialog>
  );
}

/** How far the job is, and then its receipt, which holds ids and counts only. */
function Receipt({ first, onClose }: { first: Job; onClose: () => void }) {
  const [job, setJob] = useState(first);
  const ended = ENDED.has(job.state);
  const look = useAction(async () => {
    setJob(await data(api.GET("/v1/jobs/{id}", { params: { path: { id: job.id } } })));
  });
  useInterval(() => void look.run(), ended || !may("jobs:read") ? null : PAUSE);
  const leftOut = (job.result?.left_out ?? []) as string[];
  const counts = Object.entries(job.counts).filter(([, count]) => count > 0);
  return (
    <Dialog
      title={texts.erase.receipt}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          {texts.close}
        </Button>
      }
    >
      <p role="status">{texts.erase.states[job.state]}</p>
      {!ended && <Progress label={texts.erase.progress} done={job.progress.done} of={job.progress.total ?? undefined} />}
      {!ended && <p class="soft small">{texts.erase.leave}</p>}
      <Facts
        facts={[
          [texts.erase.job, <Code text={job.id} label={texts.erase.job} />],
          [texts.erase.at, formatDateTime(String(job.result?.erased_at ?? job.created_at))],
          [texts.erase.leftOut, leftOut.length > 0 && leftOut.map((id) => <div key={id}>{id}</div>)],
          ...counts.map(([name, count]) => [texts.erase.counts[name] ?? name.replaceAll("_", " "), formatNumber(count)] as [string, string]),
        ]}
      />
      {job.error && <p>{job.error.message}</p>}
      <ErrorNote error={look.error} />
    </Dialog>
  );
}
