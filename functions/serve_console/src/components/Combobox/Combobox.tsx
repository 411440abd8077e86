import { useEffect, useId, useRef, useState } from "preact/hooks";
import { common } from "#texts/common";
import { Field } from "../Field/Field";
import { classes } from "../classes";
import "./Combobox.css";

export interface Choice {
  value: string;
  label: string;
  /** A second line: an e-mail address, a count. */
  detail?: string;
}

interface Props {
  label: string;
  hint?: string;
  error?: string;
  bare?: boolean;
  placeholder?: string;
  /** What fits the text; an empty text may propose something. */
  search: (text: string, signal: AbortSignal) => Promise<Choice[]> | Choice[];
  /** Empties the field afterwards, so that another one can be chosen; not with `onType`. */
  onSelect: (choice: Choice) => void;
  /** The text, where any text is an answer and choices are only proposed: Enter then chooses what an arrow has moved to. */
  value?: string;
  onType?: (text: string) => void;
  maxLength?: number;
  /** The label of the choice that adds what was typed, if that is allowed: `Add “x”`. */
  create?: (text: string) => string;
  /** What is shown where nothing fits the text. */
  none?: (text: string) => string;
}

const PAUSE = 150;

/** A field that proposes what fits what is typed: arrows move, Enter chooses, Escape closes. */
export function Combobox({ label, hint, error, bare, placeholder, search, onSelect, value, onType, maxLength, create, none }: Props) {
  const id = useId();
  const first = onType ? -1 : 0;
  const [own, setText] = useState("");
  const text = value ?? own;
  const [open, setOpen] = useState(false);
  const [found, setFound] = useState<{ of: string; choices: Choice[] }>();
  const [failed, setFailed] = useState(false);
  const [at, setAt] = useState(first);
  const list = useRef<HTMLUListElement>(null);
  const enteredEarly = useRef(false);

  useEffect(() => {
    if (!open) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const choices = await Promise.resolve(search(text.trim(), abort.signal)).catch(() => undefined);
      if (abort.signal.aborted) return;
      setFailed(choices === undefined);
      setFound({ of: text, choices: choices ?? [] });
      setAt(first);
    }, found === undefined ? 0 : PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, open]);

  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
  // In a dialog that scrolls, the proposals may begin below its edge.
  useEffect(() => list.current?.parentElement?.scrollIntoView({ block: "nearest" }), [open && found !== undefined]);

  const typed = text.trim();
  const isKnown = found?.choices.some((choice) => choice.label === typed);
  const added: Choice[] = create && typed && !isKnown ? [{ value: typed, label: create(typed) }] : [];
  const choices = [...(found?.choices ?? []), ...added];

  // Enter after the last letter means what is proposed for it, not what is still shown for the letters before.
  useEffect(() => {
    if (enteredEarly.current && found?.of === text) select(choices[0]);
  }, [found]);

  function select(choice: Choice | undefined) {
    enteredEarly.current = false;
    if (!choice) return;
    setText("");
    setOpen(false);
    onSelect(choice);
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (open) setAt((Math.max(at, step < 0 ? 0 : -1) + step + choices.length) % Math.max(choices.length, 1));
      else setOpen(true);
    } else if (event.key === "Enter" && open && (at >= 0 || !onType)) {
      event.preventDefault();
      if (found?.of === text) select(choices[at]);
      else enteredEarly.current = true;
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  }

  return (
    <div class="combobox">
      <Field label={label} hint={hint} error={error} bare={bare}>
        {(control) => (
          <input
            class="input"
            role="combobox"
            autocomplete="off"
            aria-expanded={open}
            aria-autocomplete="list"
            aria-controls={open ? `${id}-list` : undefined}
            aria-activedescendant={open && choices.length && at >= 0 ? `${id}-${at}` : undefined}
            placeholder={placeholder}
            maxLength={maxLength}
            value={text}
            {...control}
            onInput={(event) => {
              (onType ?? setText)(event.currentTarget.value);
              setOpen(true);
              setAt(first);
              enteredEarly.current = false;
            }}
            onClick={() => setOpen(true)}
            onBlur={() => {
              afterPress(() => setOpen(false));
              enteredEarly.current = false;
            }}
            onKeyDown={onKeyDown}
          />
        )}
      </Field>
      {open && found && (choices.length > 0 || !onType) && (
        <div class="combobox-list">
          <ul ref={list} id={`${id}-list`} role="listbox" aria-label={label}>
            {choices.map((choice, index) => (
              <li
                key={choice.value}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                class={classes("combobox-choice", index === at && "is-active")}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => select(choice)}
              >
                <span class="truncate">{choice.label}</span>
                {choice.detail && <span class="soft small truncate">{choice.detail}</span>}
              </li>
            ))}
          </ul>
          {!choices.length && (
            <p class="combobox-none soft" role="status">
              {failed ? common.searchFailed : (none?.(typed) ?? common.noResults)}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

/** Runs when the pointer that is pressed is released, so that what it presses does not move away; at once if none is. */
function afterPress(run: () => void): void {
  if (!document.querySelector(":active")) return run();
  const released = new AbortController();
  const end = () => {
    released.abort();
    setTimeout(run);
  };
  for (const event of ["pointerup", "pointercancel"]) addEventListener(event, end, { signal: released.signal });
}
