/* Marked forms: a submission becomes an event, and identifies the visitor. */
import { attempt, on } from "../words.js";
import { context, host, record, timestamp } from "./core.js";
import { call, fieldsOf, put } from "./forms.js";
import { isPrivateField, isPrivateText, watchPasswords } from "./private.js";

// A click while the answer is awaited is no other submission.
const SAME = 1e4;
const PATIENCE = 3e4;
const LEAVES_WITHIN = 3e3;

let last = {};

function valueOf(field) {
  if (field.type === "select-multiple") return Array.from(field.selectedOptions, (option) => option.value);
  return /^(checkbox|radio)$/.test(field.type) && !field.checked ? "" : field.value;
}

function read(form) {
  const fields = Object.create(null);
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

/* Counts the submission when the page asks for something: it sends the form itself. */
function whenPageSends({ at, finish }) {
  const sends = ({ startTime, initiatorType, name }) =>
    startTime >= at && /fetch|xml|script|frame/.test(initiatorType) && name.indexOf(host);
  const observer = new PerformanceObserver((list) => list.getEntries().some(sends) && finish());
  observer.observe({ type: "resource" });
  setTimeout(() => observer.disconnect(), PATIENCE);
}

/* What was submitted, which counts once: by `finish`. */
function submissionOf(name, { fields, traits }, text) {
  const then = { timestamp: timestamp(), context: context() };
  const submission = { text, at: performance.now(), isOver: false };
  submission.finish = () => {
    if (submission.isOver) return;
    submission.isOver = true;
    record("track", Object.assign({ event: "Form Submitted", properties: { form: name, fields } }, then));
    if (traits.email || traits.phone) record("identify", { traits });
  };
  return submission;
}

function capture(form, name, event) {
  const textOf = (filled) => JSON.stringify([name, filled.fields]);
  const filled = read(form);
  const text = textOf(filled);
  const isAgain = text === last.text && performance.now() - last.at < SAME;
  // Of a form that is submitted with other fields, what still waits was refused.
  if (!isAgain) {
    last.isOver = true;
    last = submissionOf(name, filled, text);
  }
  const submission = last;
  window.addEventListener("submit", () => event.defaultPrevented || submission.finish(), { once: true });
  if (isAgain) return;

  // A listener that prevents the submission may have refused it, or sends it itself. What follows tells.
  let changed;
  const changes = new MutationObserver(() => (changed = true));
  changes.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
  on(window, "pagehide", () => performance.now() - submission.at < LEAVES_WITHIN && submission.finish());
  setTimeout(() => {
    changes.disconnect();
    if (event.defaultPrevented && isMarkedWrong(form)) {
      submission.isOver = true;
      submission.text = "";
    } else if (!event.defaultPrevented || !changed || !isVisible(form) || text !== textOf(read(form))) submission.finish();
    else attempt(() => whenPageSends(submission));
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
