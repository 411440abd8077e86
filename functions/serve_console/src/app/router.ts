import { BASE } from "./addresses";
import { store, useStore } from "./store";

/** Where the reader is: the path below the console, as it is encoded, and the query. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

function here(): Place {
  const path = location.pathname.slice(BASE.length).replace(/\/$/, "");
  return { path: path || "/", query: new URLSearchParams(location.search) };
}

export const place = store<Place>(here());
addEventListener("popstate", () => place.set(here()));

export const usePlace = (): Place => useStore(place);

/** Goes to a path of the console, with its query: `/customers?kind=anonymous`. */
export function navigate(path: string, { replace = false } = {}): void {
  history[replace ? "replaceState" : "pushState"](null, "", BASE + path);
  place.set(here());
}

/** Changes parameters of the query and stays on the page; null removes one. Views are kept and shared by their address. */
export function setQuery(changes: Record<string, string | string[] | null>, options = { replace: true }): void {
  const { path, query } = here();
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    for (const one of value === null ? [] : [value].flat()) query.append(name, one);
  }
  const text = query.toString();
  navigate(path + (text && `?${text}`), options);
}

/** Follows links within the console without loading the page again. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link?.href || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (link.pathname !== BASE && !link.pathname.startsWith(`${BASE}/`)) return;
  event.preventDefault();
  navigate(link.pathname.slice(BASE.length) + link.search);
}

/** The parameters of a path that fits the pattern (`/customers/:id`), or null. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":") && value) params[part.slice(1)] = decoded(value);
    else if (part !== value) return null;
  }
  return params;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // not UTF-8: nothing has such a name
  }
}
