import { UserRound } from "lucide";
import { Icon } from "../Icon/Icon";
import "./Avatar.css";

const HUES = 5;

interface Props {
  /** Without a name, an unknown visitor's. */
  name?: string | null;
  size?: "m" | "l";
}

/** The initials of a person, in a colour that the name always has. */
export function Avatar({ name, size = "m" }: Props) {
  const initials = initialsOf(name ?? "");
  return (
    <span aria-hidden="true" class={`avatar avatar-${size} avatar-${initials ? hue(name ?? "") : "none"}`}>
      {initials || <Icon of={UserRound} size={size === "l" ? 24 : 16} />}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/[\s@.]+/u).filter((word) => /^\p{L}/u.test(word));
  const chosen = name.includes("@") || words.length < 2 ? words.slice(0, 1) : [words[0], words.at(-1)];
  return chosen.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase()).join("");
}

function hue(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_536;
  return sum % HUES;
}
