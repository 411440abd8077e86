/*
 * Where the console and its API are. A stage may precede the path (`/_aws/execute-api/crm/$default` on the local stack),
 * so both are derived from the address of core.js: `<api>/console/assets/<digest>/core.js`.
 */
const CONSOLE = new URL("../../", import.meta.url);

/** The address of the API, without a slash at its end. */
export const API = new URL("..", CONSOLE).href.replace(/\/$/, "");

/** The path of the console, without a slash at its end. */
export const BASE = CONSOLE.pathname.replace(/\/$/, "");

/** The address of a built file. */
export const assetUrl = (name: string): string => new URL(`./${name}`, import.meta.url).href;

/** The address of a path of the console, as links need it: `/customers` is `<stage>/console/customers`. */
export const href = (path: string): string => BASE + path;
