import { useState } from "preact/hooks";
import { common } from "#texts/common";
import { TextArea } from "../Field/Field";
import "./Json.css";

/** A value as JSON, to read. */
export const JsonView = ({ value }: { value: unknown }) => (
  // It scrolls, so it can be reached by keyboard.
  <pre class="json" tabIndex={0}>
    {JSON.stringify(value, null, 2)}
  </pre>
);

interface Props {
  label?: string;
  value: unknown;
  /** Called with every text that is JSON. */
  onChange: (value: unknown) => void;
  rows?: number;
}

/** A value as JSON, to edit: text that is not JSON shows an error and changes nothing. */
export function JsonEditor({ label = common.json.label, value, onChange, rows = 16 }: Props) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const [error, setError] = useState<string>();

  function change(typed: string) {
    setText(typed);
    try {
      onChange(JSON.parse(typed));
      setError(undefined);
    } catch (failure) {
      setError(common.json.invalid((failure as Error).message));
    }
  }

  return <TextArea label={label} value={text} onChange={change} error={error} rows={rows} class="input json-input" spellcheck={false} />;
}
