import { StickyNote, Trash2 } from "lucide";
import {
  ApiError,
  Author,
  Button,
  EmptyState,
  ErrorNote,
  ErrorState,
  IconButton,
  LoadMore,
  type Model,
  Skeleton,
  TextArea,
  api,
  data,
  etagOf,
  formatDateTime,
  once,
  plural,
  toast,
  toastError,
  useAction,
  usePages,
  useState,
} from "#core";
import { customer as texts } from "#texts/customer";
import { useCard } from "./card";
import "./work.css";

type Note = Model["Note"];

/** Writes a note; it appears in the timeline at once. */
export function NoteForm({ onDone }: { onDone: () => void }) {
  const { id } = useCard();
  const [text, setText] = useState("");
  const save = useAction(async () => {
    await api.POST("/v1/profiles/{id}/notes", { params: { path: { id }, header: once() }, body: { text: text.trim() } as Model["NewNote"] });
    setText("");
    toast(texts.notes.saved);
    onDone();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim()) void save.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) submit(event);
  };
  return (
    <form class="note-form" onSubmit={submit} onKeyDown={onKeyDown}>
      <TextArea bare label={texts.notes.label} placeholder={texts.notes.placeholder} value={text} onChange={setText} rows={text ? 3 : 1} maxLength={5000} />
      <ErrorNote error={save.error} />
      {text && (
        <div class="attribute-buttons">
          <Button small kind="primary" type="submit" busy={save.running}>
            {texts.notes.save}
          </Button>
        </div>
      )}
    </form>
  );
}

/** All notes, the newest first; each can be changed or removed. */
export function Notes({ onChange, changed }: { onChange: () => void; changed: number }) {
  const { id, editable } = useCard();
  const [edited, setEdited] = useState<string>();
  const pages = usePages<Note>(
    async (cursor, signal) => {
      const query = { limit: 50, cursor };
      const page = await data(api.GET("/v1/profiles/{id}/notes", { params: { path: { id }, query }, signal }));
      return { items: page.notes, next: page.next_cursor };
    },
    [id, changed],
  );
  const remove = async (note: Note) => {
    try {
      await api.DELETE("/v1/profiles/{id}/notes/{note_id}", { params: { path: { id, note_id: note.id } } });
      pages.change((items) => items.filter((one) => one.id !== note.id));
      toast(texts.notes.removed, async () => {
        await api.POST("/v1/profiles/{id}/notes", { params: { path: { id }, header: once() }, body: { text: note.text, author: note.author } });
        onChange();
      });
      onChange();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toastError(error);
    }
  };
  return (
    <div class="work">
      {editable && <NoteForm onDone={onChange} />}
      {pages.error && !pages.items && <ErrorState error={pages.error} onRetry={pages.reload} />}
      {!pages.items && !pages.error && <Skeleton lines={4} />}
      {pages.items?.length === 0 && <EmptyState icon={StickyNote} title={texts.notes.none} text={texts.notes.noneText} />}
      <ul class="work-list">
        {pages.items?.map((note) => (
          <li key={note.id} class="note">
            {edited === note.id ? (
              <NoteEdit note={note} onClose={() => setEdited(undefined)} onSaved={(saved) => {
                pages.change((items) => items.map((one) => (one.id === saved.id ? saved : one)));
                onChange();
              }} />
            ) : (
              <>
                <p class="note-text">{note.text}</p>
                <p class="note-foot soft small">
                  <Author source={note.author} name={note.author_name} /> · {formatDateTime(note.updated_at)}
                  {editable && (
                    <span class="note-actions">
                      <Button small kind="quiet" onClick={() => setEdited(note.id)}>
                        {texts.edit}
                      </Button>
                      <IconButton small icon={Trash2} label={texts.notes.remove} onClick={() => void remove(note)} />
                    </span>
                  )}
                </p>
              </>
            )}
          </li>
        ))}
      </ul>
      {pages.items && pages.more && <LoadMore pages={pages} shown={plural(pages.items.length, texts.notes.shown)} />}
    </div>
  );
}

/** Changes a note; if a colleague has changed it meanwhile, both texts stand side by side. */
function NoteEdit({ note, onClose, onSaved }: { note: Note; onClose: () => void; onSaved: (note: Note) => void }) {
  const [text, setText] = useState(note.text);
  const [theirs, setTheirs] = useState<Note>();
  const over = theirs ?? note;
  const save = useAction(async () => {
    const path = { id: note.profile_id, note_id: note.id };
    const header = { "If-Match": etagOf(over) };
    try {
      onSaved((await data(api.PATCH("/v1/profiles/{id}/notes/{note_id}", { params: { path, header }, body: { text: text.trim() } }))) as Note);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isEditConflict) throw error;
      const now = await data(api.GET("/v1/profiles/{id}/notes", { params: { path: { id: note.profile_id }, query: { limit: 200 } } }));
      const found = now.notes.find((one) => one.id === note.id);
      if (!found) throw error;
      setTheirs(found);
      return;
    }
    onClose();
  });
  const takeTheirs = () => {
    if (theirs) onSaved(theirs);
    onClose();
  };
  return (
    <form class="note-form" noValidate onSubmit={(event) => { event.preventDefault(); void save.run(); }}>
      {theirs && (
        <div class="collision" role="alert">
          <p class="small">{texts.conflict.note}</p>
          <blockquote class="note-text">{theirs.text}</blockquote>
        </div>
      )}
      <TextArea label={theirs ? texts.conflict.mine : texts.notes.label} bare={!theirs} value={text} onChange={setText} rows={3} maxLength={5000} autoFocus />
      <ErrorNote error={save.error} />
      <div class="attribute-buttons">
        <Button small kind="primary" type="submit" busy={save.running}>
          {theirs ? texts.conflict.keepMine : texts.save}
        </Button>
        {theirs && (
          <Button small onClick={takeTheirs}>
            {texts.conflict.keepTheirs}
          </Button>
        )}
        <Button small kind="quiet" onClick={onClose}>
          {texts.cancel}
        </Button>
      </div>
    </form>
  );
}
