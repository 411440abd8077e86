/* What is never captured: passwords, card and account numbers, codes. */
import { on } from "../words.js";

const passwords = new Set();

// A page may show a password by making its field one of text, or by putting another field in its place.
const add = (field) => passwords.add(field.name);

function remember(field) {
  if (field.type === "password") add(field);
}

const look = () => document.querySelectorAll("input[type=password]").forEach(remember);

export function watchPasswords() {
  look();
  ["focusin", "input"].forEach((type) => on(document, type, (event) => remember(event.target)));
  new MutationObserver((changes) =>
    changes.forEach(({ target, oldValue, addedNodes }) => {
      if (/password/i.test(oldValue)) add(target);
      if (addedNodes.length) look();
    })
  ).observe(document, { attributeFilter: ["type"], attributeOldValue: true, childList: true, subtree: true });
}

const HINTS = /(^|\s)(cc-\S*|\S*-password|one-time-code)(\s|$)/i;
const WORDS = new RegExp(
  "(^| )(pin|cvc|cvv|cvn|csc|iban|ssn|otp|tan|pwd|cc) ?\\d?( |$)|(card|cc|account|routing|security|passport|tax|kontos?) ?(n(o|r|um)|id|\\d)" +
    "|pass ?(w|code|phrase|key)|(security|verification) ?(co|an)|creditcard|karten ?n|kennwort|secret"
);
const NUMBERS = /\d(?:[ .\-\u00a0]?\d){12,}/g;

function isCardNumber(digits) {
  let sum = 0;
  [...digits].reverse().forEach((digit, place) => {
    const value = digit << place % 2;
    sum += value > 9 ? value - 9 : value;
  });
  return /^[2-6]\d{12,18}$/.test(digits) && sum % 10 === 0;
}

const wordsOf = (text) => text.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().replace(/[^a-z0-9]+/g, " ");

/* Whether the field asks for something that is not captured, whatever was typed. */
export const isPrivateField = (field) =>
  /^(password|hidden|file|submit|button|reset|image)$/.test(field.type) ||
  passwords.has(field.name) ||
  HINTS.test(field.getAttribute("autocomplete")) ||
  WORDS.test(wordsOf(field.name + " " + field.id)) ||
  /disc|circle|square/.test(getComputedStyle(field).webkitTextSecurity) ||
  field.closest("[data-track-ignore]");

/* Whether a card number is in what was typed, whatever stands around it; "+" begins a telephone number. */
export const isPrivateText = (text) =>
  (text.replace(/\+[\d .-]+/g, "").match(NUMBERS) || []).some((number) => {
    const groups = number.split(/\D/);
    return groups.some((_, from) => {
      let digits = "";
      return groups.slice(from, from + 19).some((group) => isCardNumber((digits += group)));
    });
  });
