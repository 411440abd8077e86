import { Button, Dialog, ErrorNote, TextArea, TextField, toast, useAction, useState } from "#core";
import { common } from "#texts/common";
import { segment as texts } from "#texts/segment";
import { type Shown, change } from "./change";

interface Props {
  shown: Shown;
  onChange: (shown: Shown) => void;
  onClose: () => void;
}

export function Rename({ shown, onChange, onClose }: Props) {
  const { segment } = shown;
  const [name, setName] = useState(segment.name);
  const [description, setDescription] = useState(segment.description);
  const save = useAction(async () => {
    const changed = await change(shown, { name, description });
    onChange(changed);
    const before = { name: segment.name, description: segment.description };
    toast(texts.rename.done, async () => onChange(await change(changed, before)));
    onClose();
  });
  return (
    <Dialog
      title={texts.rename.title}
      onClose={onClose}
      onSubmit={() => void save.run()}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="primary" type="submit" busy={save.running} disabled={!name.trim()}>
            {common.save}
          </Button>
        </>
      }
    >
      <ErrorNote error={save.error} />
      <TextField label={texts.rename.name} value={name} onChange={setName} required maxLength={200} />
      <TextArea label={texts.rename.description} value={description} onChange={setDescription} rows={3} />
    </Dialog>
  );
}
