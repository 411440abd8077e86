import { useState } from "preact/hooks";
import { TextArea } from "../Field/Field";

interface Props {
  label: string;
  hint?: string;
  error?: string;
  placeholder?: string;
  rows?: number;
  value: string[];
  onChange: (lines: string[]) => void;
}

/** Several texts, one a line: origins, choices, events. */
export function LinesField({ value, onChange, rows = 3, ...rest }: Props) {
  const [text, setText] = useState(value.join("\n"));
  // What is typed keeps its blank lines; another value from outside replaces it.
  const shown = lines(text).join("\n") === value.join("\n") ? text : value.join("\n");
  return (
    <TextArea
      {...rest}
      rows={rows}
      value={shown}
      spellcheck={false}
      onChange={(typed) => {
        setText(typed);
        onChange(lines(typed));
      }}
    />
  );
}

const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
