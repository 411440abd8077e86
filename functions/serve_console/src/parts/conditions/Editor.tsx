import { type ApiError, Tabs, toast, useEffect, useRef, useState } from "#core";
import { conditions as texts } from "#texts/conditions";
import { JsonSide } from "./JsonSide";
import { AddCondition, Node } from "./Node";
import { PreviewPanel } from "./PreviewPanel";
import { Recipes } from "./Recipes";
import { ReadTree } from "./ReadTree";
import { type Wrong, wrongIn } from "./errors";
import { usePreview } from "./usePreview";

export interface EditorProps {
  /** The condition; null if there is none yet. */
  value: unknown;
  onChange?: (value: unknown) => void;
  readOnly?: boolean;
  /** The condition of the version before, to mark the differences where it is read. */
  before?: unknown;
  /** Why the API has refused to save it. */
  error?: ApiError | undefined;
  /** Whether recipes are offered to start from. */
  recipes?: boolean;
}

const written = (value: unknown): string => (value === null ? "" : JSON.stringify(value, null, 2));

type Mode = "builder" | "json";
const MODES = [
  { id: "builder" as const, label: texts.builder },
  { id: "json" as const, label: texts.json },
];

const VIEWS = [
  { id: "builder" as const, label: texts.tree },
  { id: "json" as const, label: texts.json },
];

/** The condition with who it selects, as a tree or as JSON. Both show the same value; nothing is lost between them. */
export function Editor({ value, onChange, readOnly = false, before, error, recipes = false }: EditorProps) {
  const [mode, setMode] = useState<Mode>("builder");
  const [text, setText] = useState(() => written(value));
  const [invalid, setInvalid] = useState<string>();
  const typed = useRef(value);
  const side = useRef<HTMLDivElement>(null);
  const begun = useRef(false);
  // Another condition came from elsewhere: the builder, a recipe, a version, a change that was discarded.
  useEffect(() => {
    if (typed.current === value) return;
    typed.current = value;
    setText(written(value));
    setInvalid(undefined);
  }, [value]);
  // The first condition takes the place of the field that has added it, and the focus with it.
  useEffect(() => {
    if (begun.current) side.current?.querySelector<HTMLElement>(".node-list :is(input, select, textarea)")?.focus();
    begun.current = false;
  }, [value === null]);
  const state = usePreview(value, !readOnly);
  const wrong = [...wrongIn(error), ...wrongIn(state.error)];
  const change = (next: unknown) => onChange?.(next);

  function type(next: string) {
    setText(next);
    try {
      const parsed: unknown = next.trim() ? JSON.parse(next) : null;
      setInvalid(undefined);
      typed.current = parsed;
      change(parsed);
    } catch (failure) {
      setInvalid((failure as Error).message);
    }
  }

  if (readOnly) {
    return (
      <div class="conditions-main">
        <Tabs label={texts.views} tabs={VIEWS} selected={mode} onSelect={setMode}>
          <div class="conditions-side">
            {mode === "builder" ? <ReadTree condition={value} before={before} /> : <JsonSide text={text} invalid={undefined} onText={() => undefined} readOnly />}
          </div>
        </Tabs>
      </div>
    );
  }
  return (
    <div class="conditions conditions-beside">
      <div class="conditions-main">
        {/* A text that is not JSON yet stays where it is typed. */}
        <Tabs label={texts.modes} tabs={MODES} selected={mode} onSelect={(next) => invalid === undefined && setMode(next)}>
          <div class="conditions-side" ref={side}>
            {recipes && mode === "builder" && (
              <div class="conditions-start">
                {value === null && <p class="soft">{texts.startText}</p>}
                <Recipes
                  onChoose={(condition) => {
                    const before = value;
                    change(condition);
                    if (before !== null) toast(texts.replaced, async () => change(before));
                  }}
                />
              </div>
            )}
            {mode === "json" && <JsonSide text={text} invalid={invalid} onText={type} readOnly={false} />}
            {mode === "json" && <WrongParts wrong={wrong} />}
            {mode === "builder" && value === null && (
              <AddCondition
                label={texts.add}
                onAdd={(condition) => {
                  begun.current = true;
                  change(condition.type === "and" || condition.type === "or" ? condition : { type: "and", conditions: [condition] });
                }}
              />
            )}
            {mode === "builder" && value !== null && (
              <Node
                node={value}
                onChange={change}
                path="condition"
                wrong={wrong}
                more={[{ label: texts.remove, danger: true, onSelect: () => change(null) }]}
              />
            )}
          </div>
        </Tabs>
      </div>
      <PreviewPanel state={state} empty={value === null} placed={wrong.length > 0} />
    </div>
  );
}

function WrongParts({ wrong }: { wrong: Wrong[] }) {
  if (!wrong.length) return null;
  return (
    <ul class="conditions-wrong" aria-label={texts.errors}>
      {wrong.map(({ field, message }) => (
        <li key={field + message}>
          <code>{field}</code> {message}
        </li>
      ))}
    </ul>
  );
}
