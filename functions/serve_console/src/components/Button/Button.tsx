import type { IconNode } from "lucide";
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { classes } from "../classes";
import { Icon } from "../Icon/Icon";
import "./Button.css";

type Kind = "plain" | "primary" | "quiet" | "danger";

interface Look {
  kind?: Kind;
  small?: boolean;
  icon?: IconNode;
  children?: ComponentChildren;
}

interface Props extends Look, Omit<ButtonHTMLAttributes, "icon" | "size"> {
  /** The action runs: the button keeps its size and its focus, and does nothing. */
  busy?: boolean;
}

export function Button({ kind, small, icon, busy, children, class: more, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      class={classes(look({ kind, small }), busy && "is-busy", more as string)}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {icon && <Icon of={icon} />}
      {children}
    </button>
  );
}

interface IconProps extends Omit<Props, "children" | "icon"> {
  icon: IconNode;
  label: string;
}

/** A button with a picture alone; its label is its tooltip, too. */
export function IconButton({ icon, label, ...rest }: IconProps) {
  return (
    <Button kind="quiet" {...rest} aria-label={label} title={label} class={classes("button-icon", rest.class as string)}>
      <Icon of={icon} />
    </Button>
  );
}

/** A link that looks like a button: it goes to another page. */
export function LinkButton({ href, icon, children, ...rest }: Look & { href: string; download?: string }) {
  const { kind, small, ...more } = rest;
  return (
    <a href={href} class={look({ kind, small })} {...more}>
      {icon && <Icon of={icon} />}
      {children}
    </a>
  );
}

const look = ({ kind = "plain", small }: Look): string => classes("button", `button-${kind}`, small && "button-small");
