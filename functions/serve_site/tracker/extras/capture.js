/* Marked forms: a submission becomes an event, and identifies the visitor. */
import { attempt, on } from "../words.js";
import { context, host, record, timestamp } from "./core.js";
import { call, fieldsOf, put } from "./forms.js";
import { isPrivateField, isPrivateText, watchPasswords } from "./private.js";

// A click while the answer is awaited is no other submission.
const SAME = 1e4;
const PATIENCE = 3e4;

let last = {};

function valueOf(field) {
  if (field.type === "select-multiple") return Array.from(field.selectedOptions, (option) => option.value);
  return /^(checkbox|radio)$/.test(field.type) && !field.checked ? "" : field.value;
}

function read(form) {
  const fields = {};
  const traits = {};
  fieldsOf(form).forEach((field) => {
    const value = field.name && !field.matches(":disabled") && !isPrivateField(field) && valueOf(field);
    if (!value || !value.length || isPrivateText("" + value)) return;
    put(fields, field.name, value);
    const hint = field.type + " " + field.name;
    if (/^email| e-?mail$/i.test(hint)) traits.email = traits.email || value;
    else if (/^tel| (phone|tel|mobile)$/i.test(hint)) traits.phone = traits.phone || value;
  });
  return { fields, traits };
}

const isMarkedWrong = (form) => fieldsOf(form).some((field) => field.matches(":invalid,[aria-invalid=true]"));
const isVisible = (form) => call(form, "getClientRects").length;

/* Calls back when the page asks for something: it sends the form itself. */
function whenPageSends(callback) {
  const since = performance.now();
  const observer = new PerformanceObserver((list) =>
    list
      .getEntries()
      .some((one) => one.startTime >= since && /fetch|xml|script|frame/.test(one.initiatorType) && one.name.indexOf(host)) &&
    callback()
  );
  observer.observe({ type: "resource" });
  setTimeout(() => observer.disconnect(), PATIENCE);
}

function capture(form, name, event) {
  const { fields, traits } = read(form);
  const text = JSON.stringify([name, fields]);
  if (text === last.text && performance.now() - last.at < SAME) return;
  last = { text, at: performance.now() };
  const then = { timestamp: timestamp(), context: context() };
  let isOver;
  const finish = () => {
    if (isOver) return;
    isOver = true;
    record("track", Object.assign({ event: "Form Submitted", properties: { form: name, fields } }, then));
    if (traits.email || traits.phone) record("identify", { traits });
  };

  // A listener that prevents the submission may have refused it, or sends it itself. What follows tells.
  let changed;
  const changes = new MutationObserver(() => (changed = true));
  changes.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
  window.addEventListener("submit", () => event.defaultPrevented || finish(), { once: true });
  on(window, "pagehide", finish);
  setTimeout(() => {
    changes.disconnect();
    if (event.defaultPrevented && isMarkedWrong(form)) {
      isOver = true;
      last = {};
    } else if (!event.defaultPrevented || !changed || !isVisible(form) || text !== JSON.stringify([name, read(form).fields])) {
      finish();
    } else {
      last = {};
      attempt(() => whenPageSends(finish));
    }
  });
}

export function watchMarkedForms() {
  watchPasswords();
  on(document, "submit", (event) =>
    attempt(() => {
      const form = event.target;
      const name = call(form, "getAttribute", "data-track-form");
      if (name !== null && !call(form, "hasAttribute", "data-crm-form")) capture(form, name, event);
    })
  );
}
