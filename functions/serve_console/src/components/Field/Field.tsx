import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { classes } from "../classes";
import "./Field.css";

interface Described {
  label: string;
  /** What to enter, where the label does not say it. */
  hint?: string;
  /** What is wrong and what would be right. */
  error?: string;
  /** The label is for screen readers only, because the place says what it is. */
  bare?: boolean;
}

interface Control {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

interface Props extends Described {
  children: (control: Control) => ComponentChildren;
}

/** A label, a control, its hint and its error, tied together for screen readers. */
export function Field({ label, hint, error, bare, children }: Props) {
  const id = useId();
  const description = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={classes("field", error !== undefined && "is-wrong")}>
      <label for={id} class={bare ? "visually-hidden" : "field-label"}>
        {label}
      </label>
      {children({ id, ...(description && { "aria-describedby": description }), ...(error && { "aria-invalid": true }) })}
      {hint && (
        <p id={`${id}-hint`} class="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} class="field-error">
          {error}
        </p>
      )}
    </div>
  );
}

interface Entry<T extends string = string> {
  value: T;
  onChange: (value: T) => void;
  name?: string;
  required?: boolean;
  disabled?: boolean;
}

interface TextEntry extends Entry {
  placeholder?: string;
  maxLength?: number;
  autocomplete?: string;
  autoFocus?: boolean;
  spellcheck?: boolean;
}

interface LineEntry extends TextEntry {
  type?: "text" | "email" | "tel" | "url" | "number" | "date" | "datetime-local" | "password" | "search";
  inputMode?: "text" | "email" | "tel" | "url" | "numeric" | "decimal" | "search";
  min?: string | number;
  max?: string | number;
  step?: string | number;
}

/** One line of text, or a date (`type="date"`), a number, an e-mail address. */
export function TextField(props: Described & LineEntry) {
  const { label, hint, error, bare, onChange, type = "text", ...rest } = props;
  return (
    <Field {...{ label, hint, error, bare }}>
      {(control) => (
        <input
          class="input"
          type={type as "text"}
          {...rest}
          {...control}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function TextArea(props: Described & TextEntry & { rows?: number; class?: string }) {
  const { label, hint, error, bare, onChange, ...rest } = props;
  return (
    <Field {...{ label, hint, error, bare }}>
      {(control) => <textarea class="input" rows={4} {...rest} {...control} onInput={(event) => onChange(event.currentTarget.value)} />}
    </Field>
  );
}

interface Option<T extends string> {
  value: T;
  label: string;
}

export function SelectField<T extends string>(props: Described & Entry<T> & { options: Option<T>[] }) {
  const { label, hint, error, bare, onChange, options, ...rest } = props;
  return (
    <Field {...{ label, hint, error, bare }}>
      {(control) => (
        <select class="input" {...rest} {...control} onChange={(event) => onChange(event.currentTarget.value as T)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
