import type { ComponentChildren } from "preact";
import "./Badge.css";

export type Tone = "neutral" | "accent" | "good" | "warn" | "bad" | "info";

/** A state in one word. */
export const Badge = ({ tone = "neutral", children }: { tone?: Tone; children: ComponentChildren }) => (
  <span class={`badge badge-${tone}`}>{children}</span>
);
