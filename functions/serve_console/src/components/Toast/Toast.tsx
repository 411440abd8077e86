import { X } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { common } from "#texts/common";
import { ApiError } from "../../api/errors";
import { store, useStore } from "../../app/store";
import { Button, IconButton } from "../Button/Button";
import { messageOf } from "../ErrorState/messages";
import "./Toast.css";

const SHOWN_FOR = 8000;

interface Shown {
  id: number;
  text: string;
  undo?: () => Promise<unknown>;
  bad?: boolean;
}

const toasts = store<Shown[]>([]);
let last = 0;

/** Confirms what was done; `undo` takes it back. Use it instead of asking beforehand, wherever the API can undo. */
export function toast(text: string, undo?: () => Promise<unknown>): void {
  show({ text, undo });
}

/** Tells that something failed which has no place of its own on the page. */
export function toastError(error: ApiError): void {
  show({ text: messageOf(error), bad: true });
}

function show(shown: Omit<Shown, "id">): void {
  last += 1;
  toasts.set([...toasts.get().slice(-2), { ...shown, id: last }]);
}

const hide = (id: number): void => toasts.set(toasts.get().filter((one) => one.id !== id));

/** Ctrl+Z takes back what the latest toast tells that offers it, wherever nothing is typed: it may be far away by Tab. */
function useUndoKey(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      const isTyping = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea, dialog");
      const undo = [...document.querySelectorAll<HTMLElement>(".toasts .toast-undo")].at(-1);
      if (!isUndo || isTyping || !undo) return;
      event.preventDefault();
      undo.click();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

/** The place where toasts are shown and read aloud; the shell has it once. */
export function Toasts() {
  useUndoKey();
  return (
    <div class="toasts" role="status">
      {useStore(toasts).map((one) => (
        <Toast key={one.id} {...one} />
      ))}
    </div>
  );
}

function Toast({ id, text, undo, bad }: Shown) {
  const [held, setHeld] = useState(false);
  const [busy, setBusy] = useState(false);
  const own = useRef<HTMLDivElement>(null);
  const before = useRef<EventTarget | null>(null);
  useEffect(() => {
    if (held || busy) return undefined;
    const timer = setTimeout(() => hide(id), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [held, busy]);

  /** The focus returns to where it was, or to the title of the page. */
  function leave() {
    if (own.current?.contains(document.activeElement)) {
      const former = before.current instanceof HTMLElement && before.current.isConnected ? before.current : undefined;
      (former ?? document.querySelector<HTMLElement>("main h1"))?.focus();
    }
    hide(id);
  }

  async function takeBack() {
    setBusy(true);
    try {
      await undo?.();
      leave();
      toast(common.undone);
    } catch (error) {
      leave();
      if (!(error instanceof ApiError)) throw error;
      toastError(error);
    }
  }

  function enter(event: FocusEvent) {
    setHeld(true);
    if (!(event.relatedTarget as Element | null)?.closest(".toasts")) before.current = event.relatedTarget;
  }

  const hold = { onPointerEnter: () => setHeld(true), onFocusIn: enter };
  const release = { onPointerLeave: () => setHeld(false), onFocusOut: () => setHeld(false) };
  return (
    <div ref={own} class={bad ? "toast toast-bad" : "toast"} {...hold} {...release}>
      <p>{text}</p>
      {undo && (
        <Button small kind="quiet" class="toast-undo" aria-keyshortcuts="Control+Z" title={common.undoKey} busy={busy} onClick={() => void takeBack()}>
          {common.undo}
        </Button>
      )}
      <IconButton small icon={X} label={common.close} onClick={leave} />
    </div>
  );
}
