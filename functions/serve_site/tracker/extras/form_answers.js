/* Answers to forms, in place: the text at the form's end, and what is wrong at its field. */
import { assign, uuid } from "../words.js";
import { call, fieldsOf } from "./forms.js";

const PREFIX = "crm-note-";

const create = (tag, textContent) => assign(document.createElement(tag), { className: "crm-note", textContent });

const describe = (field, ids) =>
  ids.length ? field.setAttribute("aria-describedby", ids.join(" ")) : field.removeAttribute("aria-describedby");

const describedBy = (field) =>
  (field.getAttribute("aria-describedby") || "").split(/\s+/).filter((id) => id && id.indexOf(PREFIX));

/* Removes the last answer. The element of the next one is there before its text is, so that the text is read out. */
export function clear(form) {
  call(form, "querySelectorAll", ".crm-note").forEach((note) => note.remove());
  fieldsOf(form).forEach((field) => {
    field.removeAttribute("aria-invalid");
    describe(field, describedBy(field));
  });
  return call(form, "appendChild", create("output", ""));
}

/* Puts the message behind the last field of the name, outside of its label: it describes all of them. */
function mark(fields, message) {
  const note = assign(create("span", message), { id: PREFIX + uuid() });
  const last = fields[fields.length - 1];
  (last.closest("label") || Array.from(last.labels || []).pop() || last).insertAdjacentElement("afterend", note);
  fields.forEach((field) => {
    field.setAttribute("aria-invalid", "true");
    describe(field, describedBy(field).concat(note.id));
  });
}

export function tell(form, status, answer) {
  if (answer.success) call(form, "reset");
  const fields = fieldsOf(form);
  const wrong = (answer.details || {}).errors || [];
  const others = wrong.filter(({ field, message }) => {
    const named = fields.filter((one) => one.name === field);
    if (named.length) mark(named, message);
    return !named.length;
  });
  status.textContent = [answer.message].concat(others.map(({ field, message }) => `${field}: ${message}`)).join(" ");
  const first = fields.find((field) => field.getAttribute("aria-invalid"));
  if (first) first.focus();
}
