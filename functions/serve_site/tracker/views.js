/* Page views: the first one, and those of single-page applications, once per address. */
import { currentUrl, left, page } from "./addresses.js";
import { record } from "./messages.js";
import { options } from "./page.js";
import { awaitTitle } from "./titles.js";
import { mayTrack } from "./visitor.js";
import { attempt, on } from "./words.js";

// An address that is replaced before that is one on the way to another: a search while it is typed, a redirect.
const STAYING = 1e3;

let lastUrl;
let replaced;

export function visit() {
  clearTimeout(replaced);
  const url = currentUrl();
  if (url === lastUrl || options.pages === "manual" || !mayTrack()) return;
  if (lastUrl) left(lastUrl);
  lastUrl = url;
  record("page", { properties: page() }, awaitTitle);
}

function visitWhenItStays() {
  clearTimeout(replaced);
  replaced = setTimeout(visit, STAYING);
}

/* Makes the next look at the address a view, whichever it is. */
export function forgetView() {
  lastUrl = "";
}

function follow(method, listener) {
  const original = history[method];
  history[method] = function () {
    original.apply(this, arguments);
    attempt(listener);
  };
}

export function watchNavigation() {
  follow("pushState", visit);
  follow("replaceState", visitWhenItStays);
  on(window, "popstate", visit);
  // Routers on the Navigation API call neither.
  attempt(() =>
    on(window.navigation, "currententrychange", (event) =>
      event.navigationType === "replace" ? visitWhenItStays() : visit()
    )
  );
  // Coming back to a page that the browser kept alive is a visit.
  on(window, "pageshow", (event) => {
    if (event.persisted) {
      forgetView();
      visit();
    }
  });
}
