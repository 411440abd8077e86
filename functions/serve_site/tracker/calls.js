/* What the page can call. */
import { page } from "./addresses.js";
import { record } from "./messages.js";
import { name, warn } from "./page.js";
import { keep } from "./plain.js";
import { remove, waiting } from "./queue.js";
import { forgetView, visit } from "./views.js";
import { anonymousId, change, forgetVisitor, idText, mayTrack, refuse, state } from "./visitor.js";
import { assign, attempt } from "./words.js";

const isObject = (value) => typeof value === "object" && value;

const methods = {
  // As Segment's: (category, name, properties), (name, properties), (properties).
  page(...given) {
    const texts = given.filter((one) => typeof one === "string");
    const named = { name: texts.pop(), category: texts.pop() };
    record("page", assign({ properties: assign(page(), named, given.find(isObject)) }, named));
  },

  track: (event, properties) => record("track", { event, properties: properties || {} }),

  identify(userId, traits) {
    if (!mayTrack()) return;
    if (isObject(userId)) [userId, traits] = ["", userId];
    const id = idText(userId);
    if (id) {
      // Somebody else signs in on this browser: the visits to come are not those of the one before.
      if (state().userId && state().userId !== id) forgetVisitor();
      change({ userId: id });
    }
    record("identify", { traits: traits || {} });
  },

  group(id, traits) {
    const groupId = idText(id);
    if (!groupId || !mayTrack()) return;
    change({ groupId });
    record("group", { groupId, traits: traits || {} });
  },

  alias(id, previous) {
    const userId = idText(id);
    const previousId = previous == null ? state().userId || methods.anonymousId() : idText(previous);
    if (userId && previousId) record("alias", { userId, previousId });
  },

  reset: forgetVisitor,

  consent(granted) {
    if (granted) {
      change({ consent: true });
      visit();
    } else {
      remove(waiting);
      forgetView();
      refuse();
    }
  },

  // The id to hand to a server that sends events of this visitor; none without consent.
  anonymousId: () => (mayTrack() ? anonymousId() : undefined),

  ready: (callback) => callback(),
};

let held = [];

/* Makes a call. Nothing in it may break the page that makes it. */
function make(method, given) {
  if (!methods[method]) return warn("unknown:", method);
  if (held) return void held.push([method, ...given.map(keep)]);
  try {
    return methods[method](...given);
  } catch (error) {
    warn(method, error);
  }
}

const api = { loaded: true, push: (...calls) => calls.forEach((call) => attempt(() => make(call[0], [].slice.call(call, 1)))) };
Object.keys(methods).forEach((method) => (api[method] = (...given) => make(method, given)));

/* Puts the calls where the page expects them, in place of the pasted ones, and takes over those made before. */
export function publish(published = api) {
  const found = window[name];
  const isOurs = Array.isArray(found);
  if (found && !isOurs && !found.nodeType) {
    if (!found.loaded) warn(name, "taken, set data-name");
    return;
  }
  const early = isOurs ? found.splice(0) : [];
  // Pages that freeze the prototypes of JavaScript let arrays have no `push` of their own.
  window[name] = attempt(() => assign(isOurs ? found : {}, published)) || published;
  published.push(...early);
}

/* Makes the calls that waited for the page to be shown, and all others from now on. */
export function open() {
  const waited = held;
  held = undefined;
  api.push(...waited);
}

export { api };
