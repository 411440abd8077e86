import { Ellipsis } from "lucide";
import {
  type ApiError,
  Button,
  Dialog,
  ErrorNote,
  Icon,
  Menu,
  type Model,
  TextField,
  VersionConflict,
  api,
  common,
  data,
  etagOf,
  once,
  tagged,
  toast,
  toastError,
  useAction,
  useState,
} from "#core";
import { views as texts } from "#texts/views";

type SavedView = Model["SavedView"];
export type ViewBody = Pick<SavedView, "name" | "filter" | "sort">;
type Changes = Partial<ViewBody>;

interface Props {
  view: SavedView;
  /** The filters and the order that the list shows now, under the name of the view. */
  shown: ViewBody;
  /** Whether these are the view's own. */
  isShown: boolean;
  onChanged: () => void;
}

/** What can be done with a saved view: each can be taken back, and what another user has changed becomes a choice. */
export function ViewMenu({ view, shown, isShown, onChanged }: Props) {
  const [renaming, setRenaming] = useState(false);
  const [collided, setCollided] = useState<Changes>();
  const overwritten: Changes = { filter: shown.filter, sort: shown.sort };

  const overwrite = () =>
    change(view, overwritten, etagOf(view), texts.overwritten(view.name), onChanged).catch((error: ApiError) =>
      error.isEditConflict ? setCollided(overwritten) : toastError(error),
    );

  const remove = async () => {
    await data(api.DELETE("/v1/views/{id}", { params: { path: { id: view.id } } }));
    const { name, filter, sort } = view;
    toast(texts.deleted(name), async () => {
      await data(api.POST("/v1/views", { body: { name, filter, sort } as Model["NewSavedView"], headers: once() }));
      onChanged();
    });
    onChanged();
  };

  return (
    <>
      <Menu
        button={<Icon of={Ellipsis} />}
        label={texts.menu(view.name)}
        align="end"
        class="view-menu"
        items={[
          { label: texts.rename, onSelect: () => setRenaming(true) },
          ...(isShown ? [] : [{ label: texts.overwrite, onSelect: () => void overwrite() }]),
          { label: texts.delete, danger: true, onSelect: () => void remove().catch(toastError) },
        ]}
      />
      {renaming && <Rename view={view} onClose={() => setRenaming(false)} onChanged={onChanged} />}
      {collided && <Collision view={view} mine={collided} onClose={() => setCollided(undefined)} onChanged={onChanged} />}
    </>
  );
}

/** Throws ApiError. */
async function change(view: SavedView, changes: Changes, etag: string | undefined, done: string, onChanged: () => void) {
  const former: Changes = Object.fromEntries(Object.keys(changes).map((name) => [name, view[name as keyof Changes]]));
  const params = { path: { id: view.id }, header: etag ? { "If-Match": etag } : {} };
  await data(api.PATCH("/v1/views/{id}", { params, body: changes as Model["SavedViewChanges"] }));
  toast(done, async () => {
    await data(api.PATCH("/v1/views/{id}", { params: { path: { id: view.id } }, body: former as Model["SavedViewChanges"] }));
    onChanged();
  });
  onChanged();
}

interface DialogProps {
  view: SavedView;
  onClose: () => void;
  onChanged: () => void;
}

function Rename({ view, onClose, onChanged }: DialogProps) {
  const [name, setName] = useState(view.name);
  const mine = { name: name.trim() };
  const rename = useAction(async (etag: string | undefined) => {
    await change(view, mine, etag, texts.renamed(mine.name), onChanged);
    onClose();
  });
  const refused = rename.error;
  return (
    <Dialog
      title={texts.renameTitle(view.name)}
      onClose={onClose}
      onSubmit={() => mine.name && void rename.run(etagOf(view))}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={!mine.name} busy={rename.running}>
            {common.save}
          </Button>
        </>
      }
    >
      <TextField label={texts.name} value={name} onChange={setName} maxLength={100} error={refused?.at("name")} autoFocus />
      {refused?.isEditConflict ? (
        <Choice view={view} mine={mine} onKeepMine={(etag) => void rename.run(etag)} onClose={onClose} onChanged={onChanged} />
      ) : (
        !refused?.at("name") && <ErrorNote error={refused} />
      )}
    </Dialog>
  );
}

function Collision({ view, mine, onClose, onChanged }: DialogProps & { mine: Changes }) {
  const save = useAction(async (etag: string | undefined) => {
    await change(view, mine, etag, texts.overwritten(view.name), onChanged);
    onClose();
  });
  return (
    <Dialog title={texts.overwrite} onClose={onClose} actions={<Button onClick={onClose}>{common.cancel}</Button>}>
      <Choice view={view} mine={mine} onKeepMine={(etag) => void save.run(etag)} onClose={onClose} onChanged={onChanged} />
      <ErrorNote error={save.error?.isEditConflict ? undefined : save.error} />
    </Dialog>
  );
}

interface ChoiceProps extends DialogProps {
  mine: Changes;
  onKeepMine: (etag: string | undefined) => void;
}

const Choice = ({ view, mine, onKeepMine, onClose, onChanged }: ChoiceProps) => (
  <VersionConflict<Changes>
    mine={mine}
    read={() => tagged<Changes>(api.GET("/v1/views/{id}", { params: { path: { id: view.id } } }))}
    labels={texts.fields}
    onKeepMine={onKeepMine}
    onTakeTheirs={() => {
      onChanged();
      onClose();
    }}
  />
);
