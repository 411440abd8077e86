/* Titles: single-page applications set them after the address, some once their data has come. */
import { compose } from "./queue.js";

const PATIENCE = 1500;

let open;
let previous;

/* Gives the last view the title that the page has now. */
function close() {
  if (!open) return;
  const { message } = open;
  previous = document.title;
  if (previous !== message.properties.title) {
    message.properties.title = message.context.page.title = previous;
    compose(open);
  }
  open = undefined;
}

/* Lets the title of a page view come until the next view, or until it is sent. */
export function awaitTitle(entry) {
  close();
  entry.until = performance.now() + PATIENCE;
  open = entry;
}

/* False while an entry should wait for its title. */
export function isComplete(entry, isLast) {
  if (entry !== open) return true;
  if (document.title === previous && !isLast && performance.now() < entry.until) return false;
  close();
  return true;
}
