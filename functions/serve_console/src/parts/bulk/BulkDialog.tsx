import { Button, Dialog, ErrorNote, type Model, type Target, api, data, forget, once, plural, useAction, useState } from "#core";
import { bulk as texts } from "#texts/bulk";
import { common } from "#texts/common";
import { Inputs } from "./Inputs";
import type { ActionId } from "./actions";
import { type Entered, actionOf, isEntered } from "./entered";

interface Props {
  action: ActionId;
  target: Target;
  cards: Model["ProfileCard"][];
  preset: Partial<Entered> | undefined;
  onStarted: (job: Model["Job"]) => void;
  onClose: () => void;
}

/** Asks for what the action needs, and starts it as a job. */
export function BulkDialog({ action, target, cards, preset, onStarted, onClose }: Props) {
  const [entered, setEntered] = useState<Entered>({ tags: [], classes: [], format: "csv", into: target.ids?.[0] ?? "", ...preset });
  const [tried, setTried] = useState(false);
  const start = useAction(async () => {
    if (entered.newList) await data(api.POST("/v1/lists", { body: { name: entered.newList, description: "" }, headers: once() }));
    onStarted(await started(action, target, entered));
    for (const name of ["tags", "lists", "classes", "responsibles"]) forget(name);
  });
  const isMissing = !isEntered(action, entered);
  async function submit() {
    setTried(true);
    if (!isMissing && (await start.run())) onClose();
  }
  const kind = action === "delete" ? "danger" : "primary";
  return (
    <Dialog
      title={texts.actions[action]}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind={kind} type="submit" busy={start.running}>
            {texts.actions[action]}
          </Button>
        </>
      }
    >
      <p class="soft">{target.ids ? plural(target.ids.length, texts.concerns.ids) : texts.concerns.everything}</p>
      <Inputs
        action={action}
        entered={entered}
        cards={cards}
        missing={tried && isMissing ? texts.missing : undefined}
        onChange={(change) => {
          start.clear();
          setEntered({ ...entered, ...change });
        }}
      />
      <ErrorNote error={start.error} />
    </Dialog>
  );
}

function started(action: ActionId, { selection }: Target, entered: Entered): Promise<Model["Job"]> {
  const headers = once();
  if (action === "export") {
    const body = { ...selection, format: entered.format } as Model["NewExport"];
    return data(api.POST("/v1/exports", { body, headers }));
  }
  const body = { ...selection, action: actionOf(action, entered) } as Model["NewBulk"];
  return data(api.POST("/v1/bulk", { body, headers }));
}
