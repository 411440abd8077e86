/* Delivery: one request at a time, all that is left when the page is left, and retries. */
import { host, options } from "./page.js";
import { remove, waiting } from "./queue.js";
import { storage } from "./storage.js";
import { isComplete } from "./titles.js";
import { mayTrack } from "./visitor.js";
import { on } from "./words.js";

const BATCH_MESSAGES = 20;
// Browsers refuse bodies of requests that outlive their page above 64 KiB in all.
const BATCH_BYTES = 6e4;
const BATCH_DELAY = 500;
const RETRY_DELAY = 1e3;
const RETRY_DELAY_LIMIT = 6e4;
// Timers hold no more than 24 days.
const RETRY_AFTER_LIMIT = 864e5;
const TIMEOUT = 3e4;
const LEAVING = 1e3;

const inFlight = new Set();
let bytesInFlight = 0;
let timer;
let restTimer;
let restsUntilTold;
let failures = 0;
let leaving;

export function schedule() {
  // What a page tracks in its own listeners while it goes away has no time to wait.
  if (leaving) Promise.resolve().then(() => flush(true));
  else timer = timer || setTimeout(flush, BATCH_DELAY);
}

export function flush(isLast) {
  isLast = isLast === true;
  clearTimeout(timer);
  timer = 0;
  if (!mayTrack()) remove(waiting);
  // Without storage the last chance is now; otherwise the next page sends what must wait.
  if (isLast ? storage && restTimer : inFlight.size || restTimer) return;
  const batch = [];
  let bytes = 0;
  for (const entry of waiting.filter((one) => !inFlight.has(one))) {
    if (!isComplete(entry, isLast) || batch.length === BATCH_MESSAGES || bytes + entry.size > BATCH_BYTES) break;
    bytes += entry.size;
    batch.push(entry);
  }
  if (batch.length) {
    send(batch, bytes);
    if (isLast) flush(true);
  } else if (waiting.length && !inFlight.size) schedule();
}

function send(batch, bytes) {
  // text/plain needs no CORS preflight, and the write key travels in the body for the same reason.
  const head = `{"writeKey":${JSON.stringify(options.writeKey)},"sentAt":"${new Date().toISOString()}"`;
  const body = new Blob([`${head},"batch":[${batch.map((entry) => entry.text)}]}`], { type: "text/plain" });
  batch.forEach((entry) => inFlight.add(entry));
  bytesInFlight += body.size;
  const keepalive = bytesInFlight < 65e3;
  const control = window.AbortController && new AbortController();
  const alarm = setTimeout(() => control && control.abort(), TIMEOUT);
  const settle = ({ status, headers }) => {
    clearTimeout(alarm);
    bytesInFlight -= body.size;
    batch.forEach((entry) => inFlight.delete(entry));
    settled(batch, status, headers && headers.get("retry-after"));
  };
  new Promise((resolve) =>
    resolve(fetch(host + "/v1/batch", { method: "POST", body, keepalive, signal: control && control.signal }))
  ).then(settle, () => settle({}));
}

function settled(batch, status, told) {
  if (!status || status > 499 || status === 408 || status === 429) {
    const wanted = told * 1e3 || Date.parse(told) - Date.now() || 0;
    const delay = Math.min(RETRY_DELAY_LIMIT, RETRY_DELAY * 2 ** failures++);
    restsUntilTold = wanted > 0;
    clearTimeout(restTimer);
    restTimer = setTimeout(wake, Math.min(RETRY_AFTER_LIMIT, Math.max((delay * (1 + Math.random())) / 2, wanted)));
  } else {
    failures = 0;
    remove(batch);
    if (waiting.length) schedule();
  }
}

function wake() {
  clearTimeout(restTimer);
  restTimer = 0;
  flush();
}

function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(() => (leaving = 0), LEAVING);
  flush(true);
}

/* Sends at once when the page goes away, and when the network is back. */
export function watchPage() {
  on(window, "pagehide", leave);
  on(document, "visibilitychange", () => document.hidden && leave());
  on(window, "online", () => {
    failures = 0;
    if (!restsUntilTold) wake();
  });
}
