/* Messages, as the tracking API takes them. */
import { campaign, page } from "./addresses.js";
import { schedule } from "./delivery.js";
import { add, compose } from "./queue.js";
import { anonymousId, mayTrack, state } from "./visitor.js";
import { assign, uuid } from "./words.js";

const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions();
let lastTime = 0;

// Messages of the same millisecond keep their order, and a clock set back does not turn it round.
export const timestamp = () => new Date((lastTime = Math.max(Date.now(), lastTime + 1))).toISOString();

export const context = () => ({
  library: { name: "crm.js", version: "1.1.0" },
  page: page(),
  campaign: campaign(),
  locale: navigator.language,
  timezone,
  screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
  groupId: state().groupId,
  consent: state().consent ? { categoryPreferences: { processing: true } } : undefined,
});

/* Records a message of the current visitor. The entry is undefined where nothing may be recorded, or it cannot be sent. */
export function record(type, fields, prepare) {
  if (!mayTrack()) return;
  const who = { anonymousId: anonymousId(), userId: state().userId };
  const message = assign({ type, messageId: uuid(), timestamp: timestamp() }, who, { context: context() }, fields);
  const entry = { message };
  if (!compose(entry)) return;
  if (prepare) prepare(entry);
  else entry.message = 0;
  add(entry);
  schedule();
}
