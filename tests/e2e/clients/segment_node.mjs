/* One visitor's story told by @segment/analytics-node; the story comes as JSON in the first argument. */
import { setTimeout as pause } from "node:timers/promises";
import { Analytics } from "@segment/analytics-node";

const { host, path, writeKey, calls, pauseMs } = JSON.parse(process.argv[2]);
const analytics = new Analytics({ writeKey, host, path, flushAt: 4, flushInterval: 500 });
const failures = [];
analytics.on("error", (error) => failures.push(String(error.reason ?? error.code)));

for (const [method, message] of calls) {
  analytics[method](message);
  await pause(pauseMs);
}
await analytics.flush({ close: true });
console.log(JSON.stringify({ failures }));
