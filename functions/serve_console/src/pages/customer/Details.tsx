import { History, Pencil, Plus } from "lucide";
import { Button, ErrorNote, IconButton, Panel, part, useAction, useEffect, useRef, useState } from "#core";
import { customer as texts } from "#texts/customer";
import { definitions, grouped, labelOf, parsed, shown, typeOf, typed } from "./attributes";
import { useCard } from "./card";
import { AttributeInput } from "./AttributeInput";
import { isSame } from "./profile";

const AddAttribute = part<typeof import("#parts/customer-attribute")["default"]>("customer-attribute");
const AttributeHistory = part<typeof import("#parts/customer-history")["default"]>("customer-history");

/** Who the customer is: contact, demographics and every other attribute, each edited where it stands. */
export function Details() {
  const { profile, editable } = useCard();
  const [adding, setAdding] = useState(false);
  const [history, setHistory] = useState<string>();
  // What somebody edits stays, even if a colleague empties it meanwhile.
  const [edited, setEdited] = useState<readonly string[]>([]);
  const groups = grouped(profile.attributes, edited);
  const edit = (name: string, on: boolean) => setEdited((names) => [...names.filter((one) => one !== name), ...(on ? [name] : [])]);
  const add = editable && (
    <Button small kind="quiet" icon={Plus} onClick={() => setAdding(true)}>
      {texts.attribute.add}
    </Button>
  );
  return (
    <Panel title={texts.details} actions={add}>
      {!groups.length && <p class="soft">{texts.noAttributes}</p>}
      {groups.map(({ group, names }) => (
        <section key={group} class="details-group">
          <h3 class="details-title">{texts.groups[group]}</h3>
          <dl>
            {names.map((name) => (
              <Attribute key={name} name={name} editing={edited.includes(name)} onEdit={(on) => edit(name, on)} onHistory={() => setHistory(name)} />
            ))}
          </dl>
        </section>
      ))}
      {adding && <Adding onClose={() => setAdding(false)} />}
      {history && (
        <AttributeHistory id={profile.id} name={history} label={labelOf(history)} show={shown} onClose={() => setHistory(undefined)} />
      )}
    </Panel>
  );
}

function Adding({ onClose }: { onClose: () => void }) {
  const card = useCard();
  const [seen] = useState({ profile: card.profile, etag: card.etag });
  const save = (name: string, value: unknown) =>
    card.edit({ attributes: { [name]: value } }, texts.attribute.set(labelOf(name), shown(value) ?? ""), seen);
  return <AddAttribute held={Object.keys(card.profile.attributes)} load={definitions} onSave={save} onClose={onClose} />;
}

interface AttributeProps {
  name: string;
  editing: boolean;
  onEdit: (editing: boolean) => void;
  onHistory: () => void;
}

function Attribute({ name, editing, onEdit, onHistory }: AttributeProps) {
  const { profile, editable } = useCard();
  const row = useRef<HTMLDivElement>(null);
  const value = profile.attributes[name];
  const close = () => {
    onEdit(false);
    requestAnimationFrame(() => row.current?.querySelector<HTMLElement>("button")?.focus());
  };
  return (
    <div class="attribute" ref={row}>
      <dt class="soft small">{labelOf(name)}</dt>
      <dd>
        {editing ? (
          <AttributeForm name={name} onClose={close} />
        ) : (
          <span class="attribute-shown">
            <Value name={name} value={value} />
            <span class="attribute-actions">
              {editable && <IconButton small icon={Pencil} label={texts.attribute.edit(labelOf(name))} onClick={() => onEdit(true)} />}
              <IconButton small icon={History} label={texts.attribute.history(labelOf(name))} onClick={onHistory} />
            </span>
          </span>
        )}
      </dd>
    </div>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  const text = shown(value) ?? "";
  if (name === "email" && typeof value === "string") return <a href={`mailto:${value}`}>{text}</a>;
  if (["phone", "mobile", "other_phone"].includes(name) && typeof value === "string") return <a href={`tel:${value}`}>{text}</a>;
  if (typeof value === "string" && /^https:\/\/\S+$/.test(value)) {
    return (
      <a href={value} target="_blank" rel="noopener noreferrer">
        {text}
      </a>
    );
  }
  return <span>{text}</span>;
}

/** Edits one value in its place: Enter saves, Escape leaves it as it was. */
function AttributeForm({ name, onClose }: { name: string; onClose: () => void }) {
  const card = useCard();
  const [seen] = useState({ profile: card.profile, etag: card.etag });
  const before = seen.profile.attributes[name];
  const [text, setText] = useState(typed(before));
  const [, setKnown] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("input, select")?.focus();
    void definitions().then(
      () => setKnown(true),
      () => undefined, // The field is that of the value then.
    );
  }, []);
  const save = useAction(async (value: unknown) => {
    const done = value === null ? texts.attribute.emptied(labelOf(name)) : texts.attribute.changed(labelOf(name), shown(before) ?? "", shown(value) ?? "");
    if (isSame(before, value) || (await card.edit({ attributes: { [name]: value } }, done, seen))) onClose();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    void save.run(parsed(text, typeOf(name, before)));
  };
  return (
    <form ref={form} class="attribute-form" noValidate onSubmit={submit} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <AttributeInput name={name} type={typeOf(name, before)} value={text} onChange={setText} />
      <ErrorNote error={save.error} />
      <div class="attribute-buttons">
        <Button small kind="primary" type="submit" busy={save.running}>
          {texts.save}
        </Button>
        <Button small onClick={onClose}>
          {texts.cancel}
        </Button>
        <Button small kind="quiet" onClick={() => void save.run(null)}>
          {texts.attribute.empty}
        </Button>
      </div>
    </form>
  );
}

