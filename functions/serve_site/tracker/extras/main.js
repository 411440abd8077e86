/*
 * The part of the snippet that few pages need, forms and links to other domains: tracker.js loads it where a page has them.
 * `build.mjs` makes ../../tracker-extras.js from it.
 */
import { send, watchApiForms } from "./api_forms.js";
import { watchMarkedForms } from "./capture.js";
import { core } from "./core.js";
import { watchLinks } from "./links.js";

watchLinks();
watchApiForms();
watchMarkedForms();
core.send = send;
