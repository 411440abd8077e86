/* Loads what few pages need, forms and links to other domains, where a page has them. */
import { context, record, timestamp } from "./messages.js";
import { host, options, script } from "./page.js";
import { plain } from "./plain.js";
import { adopt, anonymousId, mayTrack } from "./visitor.js";
import { assign, attempt, on } from "./words.js";

const API_FORM = "[data-crm-form]";

// What tracker-extras.js takes from here, in this order; it adds `send`.
const core = [adopt, anonymousId, context, host, mayTrack, options, plain, record, timestamp];
let loading;

/* Loads it once. The callback is for when it is there, or cannot be had. */
function load(callback) {
  if (!loading) {
    loading = assign(document.createElement("script"), { src: host + "/tracker-extras.js", nonce: script.nonce, core });
    document.head.appendChild(loading);
  }
  loading.onload = loading.onerror = callback;
}

/* A form of the API that is submitted before is sent then. */
function onSubmit(event) {
  const form = event.target;
  if (core.send || event.defaultPrevented || !form.matches(API_FORM)) return;
  event.preventDefault();
  load(() => (core.send ? core.send(form) : HTMLFormElement.prototype.submit.call(form)));
}

export function watchForms() {
  const look = () => loading || (document.querySelector(API_FORM + ",[data-track-form]") && load());
  look();
  // Forms that come later, too.
  ["DOMContentLoaded", "focusin"].forEach((type) => on(document, type, look));
  document.addEventListener("submit", (event) => attempt(() => onSubmit(event)));
}

/* Starts: first the visitor is taken over whom a linked domain has sent. */
export function afterArrival(start) {
  const arrives = /[?&]crm_id=/.test(location.search);
  if (options.linkDomains) load(arrives && start);
  if (!options.linkDomains || !arrives) start();
}
