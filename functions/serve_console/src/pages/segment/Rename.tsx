import { Button, Dialog, ErrorNote, TextArea, TextField, VersionConflict, api, tagged, toast, useAction, useState } from "#core";
import { common } from "#texts/common";
import { segment as texts } from "#texts/segment";
import { type Shown, change } from "./change";

interface Props {
  shown: Shown;
  onChange: (shown: Shown) => void;
  onClose: () => void;
}

const read = (id: string) => tagged<Shown["segment"]>(api.GET("/v1/segments/{id}", { params: { path: { id } } }));

export function Rename({ shown, onChange, onClose }: Props) {
  const { segment } = shown;
  const [name, setName] = useState(segment.name);
  const [description, setDescription] = useState(segment.description);
  const mine = {
    ...(name !== segment.name && { name }),
    ...(description !== segment.description && { description }),
  };
  const save = useAction(async (etag: string | undefined) => {
    const changed = await change({ segment, etag }, mine);
    onChange(changed);
    const before = { name: segment.name, description: segment.description };
    toast(texts.rename.done, async () => onChange(await change(changed, before)));
    onClose();
  });
  return (
    <Dialog
      title={texts.rename.title}
      onClose={onClose}
      onSubmit={() => void save.run(shown.etag)}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="primary" type="submit" busy={save.running} disabled={!name.trim() || !Object.keys(mine).length}>
            {common.save}
          </Button>
        </>
      }
    >
      <TextField label={texts.rename.name} value={name} onChange={setName} required maxLength={200} />
      <TextArea label={texts.rename.description} value={description} onChange={setDescription} rows={3} />
      {save.error?.isEditConflict ? (
        <VersionConflict<Shown["segment"]>
          mine={mine}
          read={() => read(segment.id)}
          labels={{ name: texts.rename.name, description: texts.rename.description }}
          onKeepMine={(etag) => void save.run(etag)}
          onTakeTheirs={(stored, etag) => {
            onChange({ segment: stored, etag });
            onClose();
          }}
        />
      ) : (
        <ErrorNote error={save.error} />
      )}
    </Dialog>
  );
}
