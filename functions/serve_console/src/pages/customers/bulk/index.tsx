import { type Model, may, toast, useState } from "#core";
import { bulk as texts } from "#texts/bulk";
import { BulkDialog } from "./BulkDialog";
import { Jobs, type Started } from "./Jobs";
import { SelectionBar } from "./SelectionBar";
import type { ActionId } from "./actions";
import type { Chosen } from "./useSelection";

/** The jobs that a page started; without the scope to follow one, a sentence says that it runs. */
export function useJobs(reload: () => void) {
  const [jobs, setJobs] = useState<Started[]>([]);
  const start = (action: ActionId, job: Model["Job"]) => {
    if (action === "export" || may("jobs:read")) setJobs((all) => [{ action, job }, ...all]);
    else toast(texts.started);
  };
  const hide = (id: string) => setJobs((all) => all.filter((one) => one.job.id !== id));
  return { start, list: <Jobs jobs={jobs} onOver={reload} onHide={hide} /> };
}

interface Props {
  chosen: Chosen;
  action: ActionId | undefined;
  onAct: (action: ActionId | undefined) => void;
  onStart: (action: ActionId, job: Model["Job"]) => void;
}

/** The bar of the selection, and the dialog of the action that is chosen in it. */
export function Bulk({ chosen, action, onAct, onStart }: Props) {
  if (!chosen.everything && !chosen.selected.size) return null;
  return (
    <>
      <SelectionBar chosen={chosen} onAct={onAct} />
      {action && (
        <BulkDialog
          action={action}
          target={chosen.target}
          cards={chosen.cards}
          onClose={() => {
            onAct(undefined);
            if (action === "export" && chosen.everything) chosen.clear();
          }}
          onStarted={(job) => {
            onStart(action, job);
            if (action === "merge" || action === "delete") chosen.clear();
          }}
        />
      )}
    </>
  );
}
