import { Button, Dialog, useState } from "#core";
import { customer as texts } from "#texts/customer";
import "./customer-conflict.css";

interface Row {
  id: string;
  name: string;
  before: string;
  theirs: string;
  mine: string;
}

interface Props {
  rows: Row[];
  /** The ids that are decided for the other; null leaves everything as it is, and the form open. */
  onChoose: (theirs: ReadonlySet<string> | null) => void;
}

/** Two people have changed the same: both versions side by side, and a choice for each. */
export default function ConflictDialog({ rows, onChoose }: Props) {
  const [theirs, setTheirs] = useState<ReadonlySet<string>>(new Set());
  const choose = (id: string, mine: boolean) => {
    const chosen = new Set(theirs);
    chosen[mine ? "delete" : "add"](id);
    setTheirs(chosen);
  };
  return (
    <Dialog
      title={texts.conflict.title}
      onClose={() => onChoose(null)}
      onSubmit={() => onChoose(theirs)}
      actions={
        <>
          <Button onClick={() => onChoose(null)}>{texts.conflict.later}</Button>
          <Button kind="primary" type="submit">
            {texts.conflict.save}
          </Button>
        </>
      }
    >
      <p class="soft">{texts.conflict.text}</p>
      {rows.map(({ id, name, before, theirs: other, mine }) => (
        <fieldset key={id} class="collision-choice">
          <legend>
            <strong>{name}</strong> <span class="soft small">{texts.conflict.before(before)}</span>
          </legend>
          <Option group={id} label={texts.conflict.mine} value={mine} checked={!theirs.has(id)} onChange={() => choose(id, true)} />
          <Option group={id} label={texts.conflict.theirs} value={other} checked={theirs.has(id)} onChange={() => choose(id, false)} />
        </fieldset>
      ))}
    </Dialog>
  );
}

interface OptionProps {
  group: string;
  label: string;
  value: string;
  checked: boolean;
  onChange: () => void;
}

const Option = ({ group, label, value, checked, onChange }: OptionProps) => (
  <label class={checked ? "collision-option is-chosen" : "collision-option"}>
    <input type="radio" name={group} checked={checked} onChange={onChange} />
    <span>
      <span class="soft small">{label}</span>
      <span class="collision-value">{value}</span>
    </span>
  </label>
);
