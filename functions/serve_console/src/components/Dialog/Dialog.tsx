import { X } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { common } from "#texts/common";
import { Button, IconButton } from "../Button/Button";
import { classes } from "../classes";
import "./Dialog.css";

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons, the one that acts last. */
  actions?: ComponentChildren;
  wide?: boolean;
  /** At the left edge, as high as the window: what is a column where there is room for one. */
  drawer?: boolean;
  /** Makes it a form: Enter submits it. */
  onSubmit?: () => void;
  /** The button that submits the form, behind one that cancels; instead of `actions`. */
  submit?: { label: string; busy: boolean };
}

/** A modal dialog: the browser keeps the focus in it, closes it by Escape, and gives the focus back. */
export function Dialog({ title, onClose, children, actions, wide, drawer, onSubmit, submit }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    const opener = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      // The browser gives the focus back later, when the dialog is no longer in the page.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  const send = (event: Event) => {
    event.preventDefault();
    onSubmit?.();
  };
  const buttons = submit ? (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button kind="primary" type="submit" busy={submit.busy}>
        {submit.label}
      </Button>
    </>
  ) : (
    actions
  );
  const content = (
    <>
      <div class="dialog-body">{children}</div>
      {buttons && <footer class="dialog-actions">{buttons}</footer>}
    </>
  );
  return (
    <dialog
      ref={dialog}
      class={classes("dialog", wide && "dialog-wide", drawer && "dialog-drawer")}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // Chromium does not let Escape be prevented each time: it closes the dialog then, and tells afterwards.
      onClose={(event) => event.target === dialog.current && dialog.current?.isConnected && onClose()}
    >
      <header class="dialog-header">
        <h2 id={id}>{title}</h2>
        <IconButton icon={X} label={common.close} onClick={onClose} small />
      </header>
      {onSubmit ? (
        <form class="dialog-content" onSubmit={send} noValidate>
          {content}
        </form>
      ) : (
        <div class="dialog-content">{content}</div>
      )}
    </dialog>
  );
}
