/* Forms that the API defines: sent from here, they carry the visitor and are answered in place. */
import { assign, attempt, on, uuid } from "../words.js";
import { anonymousId, context, host, mayTrack, plain } from "./core.js";
import { clear, tell } from "./form_answers.js";
import { call, put } from "./forms.js";

const TIMEOUT = 2e4;
const LARGEST = 65536;
const UNSENT = "This could not be sent. What you typed is still here: check your connection, and try again.";

const sending = new Set();
const attempts = new WeakMap();
let forbidden;

/* What is sent: the fields, and who sends them. The same content again is the same submission. */
function compose(form) {
  const fields = Object.create(null);
  new FormData(form).forEach((value, name) => put(fields, name, value));
  const text = JSON.stringify(plain(fields, LARGEST).value);
  let attempted = attempts.get(form) || {};
  if (attempted.text !== text) attempts.set(form, (attempted = { text, id: uuid() }));
  const who = { _submission_id: attempted.id };
  if (mayTrack()) {
    who._anonymous_id = anonymousId();
    fields._context = context();
  }
  return { who, body: JSON.stringify(plain(assign(fields, who), LARGEST).value), attempted };
}

/* Lets the browser send the form: a policy of the page, or a blocker, forbids requests and not forms. */
function sendNatively(form, url, who) {
  Object.keys(who).forEach((name) =>
    call(form, "appendChild", assign(document.createElement("input"), { type: "hidden", name, value: who[name] }))
  );
  call(form, "setAttribute", "action", url);
  call(form, "setAttribute", "method", "post");
  call(form, "submit");
}

function release(form) {
  sending.delete(form);
  call(form, "removeAttribute", "aria-busy");
}

export function send(form) {
  const url = `${host}/v1/forms/${call(form, "getAttribute", "data-crm-form")}`;
  sending.add(form);
  const status = clear(form);
  call(form, "setAttribute", "aria-busy", "true");
  const { who, body, attempted } = compose(form);
  const control = window.AbortController && new AbortController();
  let isNetwork;
  const alarm = setTimeout(() => {
    isNetwork = true;
    if (control) control.abort();
  }, TIMEOUT);
  const fail = () => {
    clearTimeout(alarm);
    release(form);
    isNetwork = isNetwork || !navigator.onLine;
    // Once it may be the network. A second time the visitor decides that it is sent all the same.
    if (!isNetwork && (forbidden || attempted.failed)) return sendNatively(form, url, who);
    attempted.failed = !isNetwork;
    status.textContent = call(form, "getAttribute", "data-crm-unsent") || UNSENT;
  };
  new Promise((resolve) => resolve(fetch(url, { method: "POST", body, signal: control && control.signal })))
    .then((answer) => {
      isNetwork = true;
      return answer.json();
    })
    .then(
      (answer) => {
        if (!answer.message) return fail();
        clearTimeout(alarm);
        if (answer.redirect) return (location.href = answer.redirect);
        release(form);
        if (answer.success) attempts.delete(form);
        tell(form, status, answer);
      },
      // A policy is reported a moment after the request has failed.
      () => setTimeout(fail, 50)
    );
}

export function watchApiForms() {
  on(document, "securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
    if (effectiveDirective === "connect-src" && !host.indexOf(new URL(blockedURI).origin)) forbidden = true;
  });
  on(window, "pageshow", () => sending.forEach(release));
  // The page's own checks come first: they may have stopped it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const id = attempt(() => call(form, "getAttribute", "data-crm-form"));
    if (!id || event.defaultPrevented) return;
    event.preventDefault();
    if (!sending.has(form)) send(form);
  });
}
