import { X } from "lucide";
import { useEffect, useState } from "preact/hooks";
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

/** The place where toasts are shown and read aloud; the shell has it once. */
export function Toasts() {
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
  useEffect(() => {
    if (held || busy) return undefined;
    const timer = setTimeout(() => hide(id), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [held, busy]);

  async function takeBack() {
    setBusy(true);
    try {
      await undo?.();
      toast(common.undone);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toastError(error);
    }
    hide(id);
  }

  const hold = { onPointerEnter: () => setHeld(true), onFocusIn: () => setHeld(true) };
  const release = { onPointerLeave: () => setHeld(false), onFocusOut: () => setHeld(false) };
  return (
    <div class={bad ? "toast toast-bad" : "toast"} {...hold} {...release}>
      <p>{text}</p>
      {undo && (
        <Button small kind="quiet" busy={busy} onClick={() => void takeBack()}>
          {common.undo}
        </Button>
      )}
      <IconButton small icon={X} label={common.close} onClick={() => hide(id)} />
    </div>
  );
}
