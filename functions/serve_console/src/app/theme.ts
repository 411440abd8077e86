/* Light, dark, or what the system prefers; a choice is kept in the browser. */
import { store } from "./store";

export type Theme = "system" | "light" | "dark";

const KEPT = "console.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const kept = localStorage.getItem(KEPT);

export const theme = store<Theme>(kept === "light" || kept === "dark" ? kept : "system");

function show(): void {
  const chosen = theme.get();
  document.documentElement.dataset.theme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
}

theme.subscribe((chosen) => {
  if (chosen === "system") localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, chosen);
  show();
});
dark.addEventListener("change", show);
show();
