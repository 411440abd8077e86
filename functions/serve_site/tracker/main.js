/*
 * The browser snippet: page views, events, identities and marked forms, sent to the tracking API that serves it.
 *
 * ES2017, no dependency. `build.mjs` makes ../tracker.js from it and holds it to its size. Described in docs/tracker.md.
 */
import { api, open, publish } from "./calls.js";
import { schedule, watchPage } from "./delivery.js";
import { afterArrival, watchForms } from "./extras.js";
import { options, warn } from "./page.js";
import { adoptQueues } from "./queue.js";
import { visit, watchNavigation } from "./views.js";
import { tidy } from "./visitor.js";
import { attempt, on } from "./words.js";

const LOADED = "crmjs_" + options.writeKey;

function start() {
  [tidy, adoptQueues, schedule, watchForms, watchPage, watchNavigation, visit, open].forEach(attempt);
}

if (!options.writeKey) {
  warn("no data-write-key");
} else if (window[LOADED]) {
  // A page that includes the snippet twice would count everything twice.
  publish(window[LOADED]);
} else {
  publish((window[LOADED] = api));
  // What is only prerendered may never be seen.
  if (document.prerendering) on(document, "prerenderingchange", () => afterArrival(start));
  else afterArrival(start);
}
