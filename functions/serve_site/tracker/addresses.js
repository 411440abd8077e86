/* Addresses as they are recorded: without what opens a session or an account. */
import { options } from "./page.js";
import { listed } from "./words.js";

const SECRETS =
  "[^=&#?;/]*?(?:token|secret|passw|pwd|jwt|signature|api[_-]?key|sess(?:ion)?_?-?id|saml)[^=&#?;/]*?" +
  "|auth|(?:oob)?code|key|otp|sid|sig|ticket|crm_id";

// Parameters also of an address that is itself the value of one; of a path, what follows it.
const RULES = listed(options.redact)
  .concat(SECRETS)
  .map((one) =>
    RegExp(one[0] === "/" ? `(${one})[^/?#]+` : `((?:[?&#;/]|%3f|%26|%23)(?:${one})(?:=|%3d))(?:(?!%26|%23)[^&#;])*`, "gi")
  );

export const redact = (address) => RULES.reduce((text, rule) => text.replace(rule, "$1"), address);

// An anchor is the same page; a hash that routes ("#/cart", "#!cart") is another one.
export const currentUrl = () => location.href.replace(/#(?![/!]).*/, "");

const seen = { referrer: redact(document.referrer) };

/* Makes the page that was left the referrer of those to come. */
export function left(url) {
  seen.referrer = redact(url);
}

export const page = () => ({
  path: redact(location.pathname),
  referrer: seen.referrer,
  search: redact(location.search),
  title: document.title,
  url: redact(location.href),
});

export function campaign() {
  let found;
  new URLSearchParams(location.search).forEach((value, key) => {
    if (!key.indexOf("utm_")) (found = found || {})[key === "utm_campaign" ? "name" : key.slice(4)] = value;
  });
  return found;
}
