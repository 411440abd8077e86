import { type Choice, Combobox, Tag, useEffect, useRef, useState } from "#core";
import { conditions as texts } from "#texts/conditions";
import { type Names, choicesOf, labelsOf } from "./names";

interface Props {
  label: string;
  of: Names;
  values: string[];
  onChange: (values: string[]) => void;
  /** Several can be chosen; `add` is the label of the field that adds one. */
  several?: boolean;
  error?: string | undefined;
  placeholder?: string;
}

const SHOWN = 50;

/** What is chosen, each to be removed, and the field that adds one: what exists is proposed, and anything can be typed. */
export function Pick({ label, of, values, onChange, several = false, error, placeholder }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const [labels, setLabels] = useState<Map<string, string>>(new Map());
  const focusNext = useRef<"tag" | "field" | undefined>(undefined);
  useEffect(() => {
    if (!values.length) return;
    void labelsOf(of).then(setLabels);
  }, [of, values.length > 0]);
  useEffect(() => {
    const selector = focusNext.current === "tag" ? ".tag-remove" : "input";
    if (focusNext.current) root.current?.querySelector<HTMLElement>(selector)?.focus();
    focusNext.current = undefined;
  }, [values.length]);

  async function search(text: string): Promise<Choice[]> {
    const wanted = text.toLocaleLowerCase();
    const all = await choicesOf(of);
    return all.filter((choice) => !values.includes(choice.value) && `${choice.label} ${choice.detail ?? ""}`.toLocaleLowerCase().includes(wanted)).slice(0, SHOWN);
  }

  function remove(value: string) {
    focusNext.current = "field";
    onChange(values.filter((one) => one !== value));
  }

  const open = several || !values.length;
  return (
    <div class="pick" ref={root}>
      {values.length > 0 && (
        <div class="field">
          <span class="field-label">{label}</span>
          <span class="pick-values">
            {values.map((value) => (
              <Tag key={value} name={labels.get(value) ?? value} onRemove={() => remove(value)} />
            ))}
          </span>
          {!open && error && <p class="field-error">{error}</p>}
        </div>
      )}
      {open && (
        <Combobox
          label={label}
          bare={values.length > 0}
          placeholder={placeholder}
          error={error}
          search={search}
          create={texts.addNamed}
          onSelect={({ value }) => {
            if (!several) focusNext.current = "tag";
            onChange([...values.filter((one) => one !== value), value]);
          }}
        />
      )}
    </div>
  );
}
