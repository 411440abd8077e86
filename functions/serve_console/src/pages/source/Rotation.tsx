import { Dialog, ErrorNote, SelectField, api, data, once, toast, useAction, useState } from "#core";
import { source as texts } from "#texts/source";
import type { Source } from "./source";

const A_DAY = "86400";
const PERIODS = Object.entries(texts.rotation.periods).map(([value, label]) => ({ value, label }));

interface Props {
  source: Source;
  onClose: () => void;
  onRotated: () => void;
}

/** A new write key; the former one works as long as the reader chooses. */
export function Rotation({ source, onClose, onRotated }: Props) {
  const [grace, setGrace] = useState(A_DAY);
  const rotation = useAction(() =>
    data(
      api.POST("/v1/sources/{id}/rotate-key", {
        params: { path: { id: source.id } },
        body: { grace_seconds: Number(grace) },
        headers: once(),
      }),
    ),
  );
  const submit = async () => {
    if (!(await rotation.run())) return;
    toast(texts.rotation.done);
    onRotated();
    onClose();
  };
  return (
    <Dialog
      title={texts.rotation.title}
      onClose={onClose}
      onSubmit={() => void submit()}
      submit={{ label: texts.rotation.action, busy: rotation.running }}
    >
      <p>{texts.rotation.text}</p>
      <SelectField label={texts.rotation.grace} value={grace} onChange={setGrace} options={PERIODS} />
      {source.retiring_key && <p class="soft small">{texts.rotation.retiring}</p>}
      <ErrorNote error={rotation.error} />
    </Dialog>
  );
}
