/* Who: read anew for every message, because another tab may have changed it. */
import { consentRequired, cookieless, warn } from "./page.js";
import { STATE, deleteCookies, erase, read, readCookie, write, writeCookie } from "./storage.js";
import { assign, uuid } from "./words.js";

let refreshed;
let handedOver;

export const state = () => read(STATE) || {};
export const change = (changes) => write(STATE, assign(state(), changes));

export function mayTrack() {
  const { consent } = state();
  return consentRequired ? consent : consent !== false;
}

/* Takes the anonymous id that a linked domain handed over. */
export function adopt(id) {
  handedOver = id;
}

export function anonymousId() {
  const known = state().anonymousId;
  const cookie = readCookie();
  const id = handedOver || cookie || known || uuid();
  handedOver = 0;
  if (id !== known) change({ anonymousId: id });
  // Its year begins anew with each page.
  if (id !== cookie || id !== refreshed) writeCookie(id);
  refreshed = id;
  return id;
}

export function forgetVisitor() {
  const { consent } = state();
  deleteCookies();
  write(STATE, consent === undefined ? undefined : { consent });
}

/* Deletes everything and remembers the refusal, where nothing else does. */
export function refuse() {
  erase();
  if (!consentRequired) write(STATE, { consent: false });
}

/* Deletes what an earlier configuration of the page has stored, and this one may not. */
export function tidy() {
  if (cookieless) {
    if (erase()) change({ consent: false });
  } else if (!mayTrack()) erase();
}

// What programs send where they know nobody. The API has the whole list.
const NOBODY = /^([\s"'0-]*|-1|undefined|null|nan|nil|none|true|false|\[object object\]|anonymous|guest|\{\{.*)$/i;

/* An id as a text; "" for what names nobody, which is told to the developer. */
export function idText(id) {
  const text = String(id);
  if (!NOBODY.test(text) && /^[snb]/.test(typeof id)) return text;
  if (id) warn("not an id:", id);
  return "";
}
