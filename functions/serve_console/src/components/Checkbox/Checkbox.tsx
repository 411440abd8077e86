import { useEffect, useRef } from "preact/hooks";
import { classes } from "../classes";
import "./Checkbox.css";

interface Props {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Some of what it stands for is chosen. */
  mixed?: boolean;
  /** The label is for screen readers only. */
  bare?: boolean;
  disabled?: boolean;
}

export function Checkbox({ label, checked, onChange, mixed = false, bare, disabled }: Props) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = mixed;
  }, [mixed]);
  return (
    <label class={classes("checkbox", bare && "checkbox-bare")}>
      <input
        ref={box}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class={bare ? "visually-hidden" : undefined}>{label}</span>
    </label>
  );
}
