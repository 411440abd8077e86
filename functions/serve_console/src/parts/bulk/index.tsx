/* What can be done with the customers that are selected in a list: a bar, a dialog for each action, and its jobs. */
import { type Chosen, type Model, may, toast, useState } from "#core";
import { bulk as texts } from "#texts/bulk";
import { BulkDialog } from "./BulkDialog";
import { Jobs, type Started } from "./Jobs";
import { SelectionBar } from "./SelectionBar";
import type { ActionId } from "./actions";
import type { Entered } from "./entered";
import "./bulk.css";

interface Props {
  chosen: Chosen;
  action: ActionId | undefined;
  onAct: (action: ActionId | undefined) => void;
  /** A job is over: the list is read again. */
  onOver: () => void;
  /** What the fields of the dialogs begin with. */
  preset?: Partial<Entered>;
}

export default function Bulk({ chosen, action, onAct, onOver, preset }: Props) {
  const [jobs, setJobs] = useState<Started[]>([]);
  /** Without the scope to follow a job, a sentence says that it runs. */
  function start(started: ActionId, job: Model["Job"]) {
    if (started === "export" || may("jobs:read")) setJobs((all) => [{ action: started, job }, ...all]);
    else toast(texts.started);
    if (started === "merge" || started === "delete") chosen.clear();
  }
  function close() {
    onAct(undefined);
    if (action === "export" && chosen.everything) chosen.clear();
  }
  if (!chosen.any && !jobs.length) return null;
  return (
    <div class="bulk">
      <Jobs jobs={jobs} onOver={onOver} onHide={(id) => setJobs((all) => all.filter((one) => one.job.id !== id))} />
      {chosen.any && <SelectionBar chosen={chosen} onAct={onAct} />}
      {chosen.any && action && (
        <BulkDialog
          action={action}
          target={chosen.target}
          cards={chosen.cards}
          preset={preset}
          onClose={close}
          onStarted={(job) => start(action, job)}
        />
      )}
    </div>
  );
}
