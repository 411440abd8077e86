/* Links to the other domains of `data-link-domains` carry the anonymous id; the page there takes it over. */
import { attempt, listed, on } from "../words.js";
import { adopt, anonymousId, mayTrack, options } from "./core.js";

const PARAMETER = "crm_id";
const VALID = 12e4;

const domains = listed(options.linkDomains);
const isLinked = (host) => domains.some((domain) => ("." + host).endsWith("." + domain.replace(/^\./, "")));

/* The address with the visitor's id, where it leads to a linked domain. */
export function linked(address) {
  const url = attempt(() => new URL(address, location.href));
  if (!url || !/^http/.test(url.protocol) || url.host === location.host || !isLinked(url.hostname)) return address;
  const parameters = url.searchParams;
  if (mayTrack()) parameters.set(PARAMETER, `${anonymousId()}.${Date.now()}`);
  // It was there from a click before the refusal.
  else if (parameters.has(PARAMETER)) parameters.delete(PARAMETER);
  else return address;
  return url.href;
}

function decorate(event) {
  const link = event.composedPath().find((one) => one.href && one.tagName === "A");
  if (link) link.href = linked(link.href);
}

/* Takes over the id of an address. A link that was copied is old, and one of a stranger comes from elsewhere. */
function arrive() {
  const [id, time] = (new URLSearchParams(location.search).get(PARAMETER) || "").split(".");
  const age = Math.abs(Date.now() - time);
  if (/^[\w-]{8,64}$/.test(id) && age < VALID && isLinked(new URL(document.referrer).hostname)) adopt(id);
}

export function watchLinks() {
  if (!domains.length) return;
  attempt(arrive);
  ["mousedown", "click"].forEach((type) => on(document, type, (event) => attempt(() => decorate(event))));
}
