import { Button, type Choice, Combobox, Dialog, ErrorNote, type Model, SelectField, TextField, may, useAction, useState } from "#core";
import { customer as texts } from "#texts/customer";

type Definition = Model["Attribute"];

interface Props {
  /** The attributes that the customer has: they are edited in their place. */
  held: string[];
  load: () => Promise<Definition[]>;
  /** Returns whether it was saved. */
  onSave: (name: string, value: unknown) => Promise<boolean>;
  onClose: () => void;
}

const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,99}$/u;

/** Gives the customer a declared attribute that it has not, or a new field. */
export default function AddAttribute({ held, load, onSave, onClose }: Props) {
  const [chosen, setChosen] = useState<Pick<Definition, "name" | "label" | "type" | "choices">>();
  const [value, setValue] = useState("");
  const search = async (text: string): Promise<Choice[]> => {
    if (!may("definitions:read")) return [];
    const wanted = text.toLocaleLowerCase();
    return (await load())
      .filter(({ name, label }) => !held.includes(name) && `${label} ${name}`.toLocaleLowerCase().includes(wanted))
      .slice(0, 30)
      .map(({ name, label, group }) => ({ value: name, label, detail: texts.groups[group] ?? group }));
  };
  const choose = async ({ value: name }: Choice) => {
    const found = may("definitions:read") ? (await load()).find((one) => one.name === name) : undefined;
    setChosen(found ?? { name, label: name, type: "text", choices: [] });
  };
  const save = useAction(async () => {
    if (chosen && value.trim() && (await onSave(chosen.name, typedAs(chosen.type, value)))) onClose();
  });
  return (
    <Dialog
      title={texts.attribute.add}
      onClose={onClose}
      onSubmit={() => void save.run()}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button kind="primary" type="submit" disabled={!chosen || !value.trim()} busy={save.running}>
            {texts.save}
          </Button>
        </>
      }
    >
      <Combobox
        label={texts.attribute.which}
        hint={texts.attribute.whichHint}
        placeholder={texts.attribute.whichPlaceholder}
        search={search}
        create={(text) => (NAME.test(text) ? texts.attribute.create(text) : texts.attribute.badName)}
        onSelect={(choice) => NAME.test(choice.value) && void choose(choice)}
      />
      {chosen && <ValueField attribute={chosen} value={value} onChange={setValue} />}
      <ErrorNote error={save.error} />
    </Dialog>
  );
}

interface ValueProps {
  attribute: Pick<Definition, "label" | "type" | "choices">;
  value: string;
  onChange: (value: string) => void;
}

function ValueField({ attribute: { label, type, choices }, value, onChange }: ValueProps) {
  const named = { label, value, onChange };
  if (type === "boolean") return <SelectField {...named} options={["", "true", "false"].map((one) => ({ value: one, label: texts.booleans[one] ?? "" }))} />;
  if (type === "choice" && choices.length) return <SelectField {...named} options={["", ...choices].map((one) => ({ value: one, label: one || texts.none }))} />;
  return <TextField {...named} type={type === "date" ? "date" : "text"} hint={type === "list" ? texts.attribute.listHint : undefined} />;
}

function typedAs(type: Definition["type"], text: string): unknown {
  const value = text.trim();
  if (type === "boolean") return value === "true";
  if (type === "number") return Number.isNaN(Number(value)) ? value : Number(value);
  return type === "list" ? value.split(",").map((one) => one.trim()).filter(Boolean) : value;
}
