/* Queue: messages as the texts that are sent. Each tab keeps its own, in storage too, by write key. A tab takes over what
   earlier pages could not send; should their owner still live, both send it and the server drops the copy by its id. */
import { options, warn } from "./page.js";
import { MESSAGE_BYTES, TOO_LARGE, plain } from "./plain.js";
import { read, storedKeys, writeText } from "./storage.js";
import { uuid } from "./words.js";

const QUEUE = `crmjs_q_${options.writeKey}.`;
const MESSAGES = 100;
const BYTES = 25e4;

const own = QUEUE + uuid();
let saving;

export let waiting = [];

function save() {
  saving = 0;
  writeText(own, waiting.length ? `[${waiting.map((entry) => entry.text)}]` : "");
}

/* Saves once for all that happens at once: before the page can be left, and not for every call. */
function saveSoon() {
  saving = saving || Promise.resolve().then(save);
}

/* Writes the message of an entry into its text. False where it cannot be sent. */
export function compose(entry) {
  try {
    const { value, omitted } = plain(entry.message);
    if (omitted.length) warn("not JSON, left out:", ...omitted);
    entry.text = JSON.stringify(value);
    entry.size = new TextEncoder().encode(entry.text).length;
    if (entry.size > MESSAGE_BYTES) throw TOO_LARGE;
    return true;
  } catch (error) {
    warn("dropped:", error.message);
  }
}

/* Adds an entry; of too many, the oldest are dropped. */
export function add(entry) {
  waiting.push(entry);
  let bytes = waiting.reduce((sum, { size }) => sum + size, 0);
  while (waiting.length > MESSAGES || bytes > BYTES) bytes -= waiting.shift().size;
  saveSoon();
}

export function remove(entries) {
  waiting = waiting.filter((entry) => !entries.includes(entry));
  saveSoon();
}

/* Takes over what earlier pages left in storage. */
export function adoptQueues() {
  storedKeys(QUEUE).forEach((key) => {
    [].concat(read(key)).forEach((message) => {
      const entry = { message };
      if (message && message.messageId && compose(entry)) add(entry);
    });
    writeText(key);
  });
}
