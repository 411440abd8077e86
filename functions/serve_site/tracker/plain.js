/* Copies of what the page hands over: JSON values only, so that nothing in it can stop a message, or change it later. */
import { attempt } from "./words.js";

export const MESSAGE_BYTES = 32768;
const DEEPEST = 99;
export const TOO_LARGE = new Error("over 32 KB");

let left;
let omitted;

const isOfThePage = (value) => (value.nodeType && value.nodeName) || value.window === value;

/* The copy of a value. Throws where it must be left out: a circle, a node, a window, a getter that throws. */
function copy(value, above) {
  // Every value takes a byte at least: huge and endless ones end here.
  left -= typeof value === "string" || Array.isArray(value) ? value.length + 1 : 1;
  if (left < 0) throw TOO_LARGE;
  // Half a character cannot be written in UTF-8.
  if (typeof value === "string") return value.replace(/[\ud800-\udfff]/gu, "\ufffd");
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || !value) return value;
  if (above.length > DEEPEST || above.includes(value) || isOfThePage(value)) throw value;
  const kind = {}.toString.call(value);
  if (kind === "[object Date]") return isNaN(value) ? null : new Date(+value).toISOString();
  if (/ (String|Number|Boolean|BigInt)\]$/.test(kind)) return copy(value.valueOf(), above);
  const isArray = Array.isArray(value);
  above = [...above, value];
  // Old libraries give arrays and all objects a `toJSON` that makes texts of them.
  if (!isArray && typeof value.toJSON === "function" && value.toJSON !== {}.toJSON) return copy(value.toJSON(""), above);
  const copied = isArray ? [] : Object.create(null);
  if (isArray) copied.toJSON = undefined;
  Object.keys(value).forEach((key) => {
    left -= isArray ? 0 : key.length;
    try {
      copied[key] = copy(value[key], above);
    } catch (error) {
      if (error === TOO_LARGE) throw error;
      omitted.push(key);
      copied[key] = isArray ? null : undefined;
    }
  });
  return copied;
}

/* The copy, and the keys of what was left out. Throws what is over the size of a message. */
export function plain(value, limit = MESSAGE_BYTES) {
  left = limit;
  omitted = [];
  return { value: copy(value, []), omitted };
}

/* The copy of one argument of a call that waits; callbacks stay what they are. */
export const keep = (value) => (typeof value === "function" ? value : attempt(() => plain(value).value));
