import { useEffect, useRef, useState } from "#core";
import { conditions as texts } from "#texts/conditions";
import { JsonSide } from "./JsonSide";
import { PreviewPanel } from "./PreviewPanel";
import { wrongIn } from "./errors";
import type { EditorProps } from ".";
import { usePreview } from "./usePreview";

const written = (value: unknown): string => (value === null ? "" : JSON.stringify(value, null, 2));

/** The condition with who it selects, as a tree or as JSON. */
export function Editor({ value, onChange, readOnly = false, error }: EditorProps) {
  const [text, setText] = useState(() => written(value));
  const [invalid, setInvalid] = useState<string>();
  const typed = useRef(value);
  // Another condition came from outside: a recipe, a version, a change that was discarded.
  useEffect(() => {
    if (typed.current === value) return;
    typed.current = value;
    setText(written(value));
    setInvalid(undefined);
  }, [value]);
  const state = usePreview(value, !readOnly);
  const wrong = [...wrongIn(error), ...wrongIn(state.error)];

  function type(next: string) {
    setText(next);
    try {
      const parsed: unknown = next.trim() ? JSON.parse(next) : null;
      setInvalid(undefined);
      typed.current = parsed;
      onChange?.(parsed);
    } catch (failure) {
      setInvalid((failure as Error).message);
    }
  }

  return (
    <div class={readOnly ? "conditions" : "conditions conditions-beside"}>
      <div class="conditions-side">
        <JsonSide text={text} invalid={invalid} onText={type} readOnly={readOnly} />
        {wrong.length > 0 && (
          <ul class="conditions-wrong" aria-label={texts.errors}>
            {wrong.map(({ field, message }) => (
              <li key={field + message}>
                <code>{field}</code> {message}
              </li>
            ))}
          </ul>
        )}
      </div>
      {!readOnly && <PreviewPanel state={state} empty={value === null} placed={wrong.length > 0} />}
    </div>
  );
}
