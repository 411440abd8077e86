import { Button, Dialog, ErrorNote, type Model, TextField, api, data, forget, formatDate, navigate, once, toast, useAction, useState } from "#core";
import { common } from "#texts/common";
import { segment as texts } from "#texts/segment";

interface Props {
  segment: Model["Segment"];
  onClose: () => void;
}

export function Snapshot({ segment, onClose }: Props) {
  const [name, setName] = useState(() => texts.snapshot.named(segment.name, formatDate(new Date().toISOString())));
  const create = useAction(async () => {
    const params = { path: { id: segment.id } };
    const made = await data(api.POST("/v1/segments/{id}/snapshot", { params, body: { name, description: "" }, headers: once() }));
    forget("segments");
    onClose();
    if (made.segment) navigate(`/segments/${made.segment.id}`);
    toast(texts.snapshot.done);
  });
  return (
    <Dialog
      title={texts.snapshot.title}
      onClose={onClose}
      onSubmit={() => void create.run()}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="primary" type="submit" busy={create.running} disabled={!name.trim()}>
            {texts.snapshot.submit}
          </Button>
        </>
      }
    >
      <p class="soft">{texts.snapshot.text}</p>
      <ErrorNote error={create.error} />
      <TextField label={texts.snapshot.name} value={name} onChange={setName} required maxLength={200} />
    </Dialog>
  );
}
