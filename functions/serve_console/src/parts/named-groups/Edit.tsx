import { Button, Dialog, ErrorNote, TextArea, TextField, VersionConflict, etagOf, formatCount, plural, toast, useAction, useState } from "#core";
import { common } from "#texts/common";
import { groups as texts } from "#texts/named-groups";
import { type Body, type Named, type Of, ROUTES } from "./routes";

interface Props {
  of: Of;
  /** The one that is changed; a new one without it. */
  group?: Named;
  onClose: () => void;
  onChanged: () => void;
}

/** Creates a tag or a list, or changes its name and description. */
export function Edit({ of, group, onClose, onChanged }: Props) {
  const [base, setBase] = useState(group);
  const [name, setName] = useState(group?.name ?? "");
  const [description, setDescription] = useState(group?.description ?? "");
  const [tried, setTried] = useState(false);
  const body: Body = { name: name.trim(), description: description.trim() };
  const mine = base && changes(base, body);
  const save = useAction(async (etag: string | undefined) => {
    if (base && mine) {
      if (Object.keys(mine).length) await ROUTES[of].change(base.id, mine, etag);
    } else await ROUTES[of].create(body);
    toast(group ? texts.saved : texts.created(body.name));
    onChanged();
    onClose();
  });
  const submit = () => {
    setTried(true);
    if (name.trim()) void save.run(base && etagOf(base));
  };
  return (
    <Dialog
      title={group ? texts.of[of].edit : texts.of[of].create}
      onClose={onClose}
      onSubmit={submit}
      submit={{ label: texts.save, busy: save.running }}
    >
      <TextField
        autoFocus
        label={texts.name}
        maxLength={100}
        error={tried && !name.trim() ? texts.nameMissing : undefined}
        value={name}
        onChange={(typed) => {
          save.clear();
          setName(typed);
        }}
      />
      <TextArea label={texts.description} rows={2} maxLength={500} value={description} onChange={setDescription} />
      {base && mine && save.error?.isEditConflict ? (
        <VersionConflict<Named>
          mine={mine}
          read={() => ROUTES[of].one(base.id)}
          labels={{ name: texts.name, description: texts.description }}
          onKeepMine={(etag) => void save.run(etag)}
          onTakeTheirs={(stored) => {
            setBase(stored);
            setName(stored.name);
            setDescription(stored.description);
            save.clear();
          }}
        />
      ) : (
        <ErrorNote error={save.error} />
      )}
    </Dialog>
  );
}

const changes = (former: Named, body: Body): Partial<Body> => ({
  ...(body.name !== former.name && { name: body.name }),
  ...(body.description !== former.description && { description: body.description }),
});

/** Deleting cannot be taken back: it says how many customers it concerns. */
export function Delete({ of, group, onClose, onChanged }: Props & { group: Named }) {
  const remove = useAction(async () => {
    await ROUTES[of].remove(group.id);
    toast(texts.deleted(group.name));
    onChanged();
    onClose();
  });
  return (
    <Dialog
      title={texts.of[of].delete}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="danger" busy={remove.running} onClick={() => void remove.run()}>
            {texts.delete}
          </Button>
        </>
      }
    >
      <p>
        <strong>{group.name}</strong>
      </p>
      <p>{plural(group.count, texts.of[of].sure, formatCount(group))}</p>
      <ErrorNote error={remove.error} />
    </Dialog>
  );
}
