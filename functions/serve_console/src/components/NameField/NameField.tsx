import { type ProposedOf, proposeNames } from "../../api/namesInUse";
import { Combobox } from "../Combobox/Combobox";
import { Tag } from "../Tag/Tag";
import "./NameField.css";

interface Described {
  /** Which names are proposed; any can be typed. */
  of: ProposedOf;
  label: string;
  hint?: string;
  error?: string;
  placeholder?: string;
}

interface One extends Described {
  value: string;
  onChange: (value: string) => void;
  maxLength?: number;
}

/** A class or a user: those in use are proposed. */
export function NameField({ of, onChange, maxLength = 200, ...rest }: One) {
  const search = async (text: string) => (await proposeNames(of, text)).filter(({ value }) => value !== text);
  return <Combobox {...rest} maxLength={maxLength} search={search} onType={onChange} onSelect={({ value }) => onChange(value)} />;
}

interface Several extends Described {
  values: string[];
  onChange: (values: string[]) => void;
  /** The label of the choice that adds what was typed; without it, only those in use can be chosen. */
  create?: (text: string) => string;
}

/** Several classes or users: each removed by its cross, another added by its name. */
export function NamesField({ of, values, onChange, ...rest }: Several) {
  return (
    <div class="names">
      <Combobox
        {...rest}
        search={(text) => proposeNames(of, text, values)}
        onSelect={({ value }) => onChange([...values.filter((one) => one !== value), value])}
      />
      {values.length > 0 && (
        <div class="names-chosen">
          {values.map((value) => (
            <Tag key={value} name={value} onRemove={() => onChange(values.filter((one) => one !== value))} />
          ))}
        </div>
      )}
    </div>
  );
}
