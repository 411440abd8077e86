/* Storage: localStorage, or memory where it is blocked, full or unwanted; and the cookie. */
import { cookieless, options } from "./page.js";
import { attempt } from "./words.js";

export const STATE = "crmjs";

const memory = {};
const stored = attempt(() => localStorage);
export const storage = cookieless ? undefined : stored;

export function writeText(key, text) {
  delete memory[key];
  try {
    if (text) storage.setItem(key, text);
    else storage.removeItem(key);
  } catch (error) {
    memory[key] = text;
  }
}

const parsed = (place, key) => attempt(() => JSON.parse(place.getItem(key)));

export const read = (key) => (key in memory ? attempt(() => JSON.parse(memory[key])) : parsed(storage, key));

export const write = (key, value) => writeText(key, value && JSON.stringify(value));

export const storedKeys = (prefix) => Object.keys(storage || {}).filter((key) => !key.indexOf(prefix));

function setCookie(value, seconds, domain) {
  attempt(() => {
    document.cookie =
      `${STATE}=${value};path=/;max-age=${seconds};samesite=lax` +
      (domain ? ";domain=" + domain : "") +
      (location.protocol === "https:" ? ";secure" : "");
  });
}

export const readCookie = () => !cookieless && attempt(() => document.cookie.match(/(?:^|; )crmjs=([^;]+)/)[1]);

export function writeCookie(value) {
  if (cookieless) return;
  // A cookie of this host alone would stand before that of the domain, and outlive it.
  if (options.cookieDomain) setCookie("", 0);
  setCookie(value, 31536e3, options.cookieDomain);
  if (readCookie() !== value) setCookie(value, 31536e3);
}

/* Deletes the cookie in every place where it may have been set: the page's `data-cookie-domain` may be new, or gone. */
export function deleteCookies() {
  setCookie("", 0);
  for (let domain = location.hostname; /\..*\D$/.test(domain); domain = domain.replace(/^[^.]*\./, "")) setCookie("", 0, domain);
}

/* Deletes all that was stored, also by a page that was not cookieless. A refusal stays: it names nobody. */
export function erase() {
  const refused = (parsed(stored, STATE) || {}).consent === false;
  Object.keys(memory).forEach((key) => delete memory[key]);
  attempt(() =>
    Object.keys(stored).forEach((key) => !key.indexOf(STATE) && !(refused && key === STATE) && stored.removeItem(key))
  );
  deleteCookies();
  return refused;
}
