import type { ComponentChildren } from "preact";
import "./Columns.css";

/** Panels side by side where there is room for them, below each other where there is not. */
export const Columns = ({ children }: { children: ComponentChildren }) => <div class="columns">{children}</div>;

/** Fields, notes and buttons below each other. */
export const Stack = ({ children }: { children: ComponentChildren }) => <div class="stack">{children}</div>;

/** Buttons or badges in a row. */
export const Row = ({ children }: { children: ComponentChildren }) => <div class="row">{children}</div>;
