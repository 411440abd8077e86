import type { ComponentChildren } from "preact";
import "./Stat.css";

/** Figures side by side: orders, revenue, members. */
export const Stats = ({ children }: { children: ComponentChildren }) => <dl class="stats">{children}</dl>;

export const Stat = ({ label, children }: { label: string; children: ComponentChildren }) => (
  <div class="stat">
    <dt class="soft small">{label}</dt>
    <dd class="stat-value number">{children}</dd>
  </div>
);
