import { SelectField, TextField, useState } from "#core";
import { conditions as texts } from "#texts/conditions";

interface Props<T> {
  label: string;
  value: T | undefined;
  onChange: (value: T | undefined) => void;
  error?: string | undefined;
  bare?: boolean;
}

export const TextInput = ({ value, ...rest }: Props<string>) => <TextField {...rest} value={value ?? ""} />;

/** A number. While it is typed, the text stays as it is: “1.” is on its way to “1.5”. */
export function NumberInput({ value, onChange, ...rest }: Props<number>) {
  const [text, setText] = useState(value === undefined ? "" : String(value));
  const [followed, setFollowed] = useState(value);
  if (followed !== value) {
    setFollowed(value);
    if (parsed(text) !== value) setText(value === undefined ? "" : String(value));
  }
  function type(typed: string) {
    setText(typed);
    onChange(parsed(typed));
  }
  return <TextField {...rest} inputMode="decimal" value={text} onChange={type} />;
}

/** The number, however its fraction is written; undefined if it is none. */
function parsed(text: string): number | undefined {
  const number = Number(text.replace(",", "."));
  return text.trim() && !Number.isNaN(number) ? number : undefined;
}

type Period = keyof typeof texts.periods;

export const PeriodInput = ({ value, onChange, ...rest }: Props<string>) => (
  <SelectField
    {...rest}
    value={(value ?? "month") as Period}
    onChange={onChange}
    options={Object.entries(texts.periods).map(([name, label]) => ({ value: name as Period, label }))}
  />
);
