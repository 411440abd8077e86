/*
 * Tells a visitor's story by each SDK for Node, all at once. In: {apiUrl, writeKey, pauseMs, calls: {sdk: [...]}} as JSON
 * on standard input. Out: {sdk: [what failed]} as JSON on standard output.
 */
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { Analytics as CustomerIo } from "@customerio/cdp-analytics-node";
import { PipelinesClient } from "customerio-node";
import dittofeed from "@dittofeed/sdk-node";
import { jitsuAnalytics } from "@jitsu/js";
import { Analytics as June } from "@june-so/analytics-node";
import RudderStack from "@rudderstack/rudder-sdk-node";
import { Analytics as Segment } from "@segment/analytics-node";

const SOON = { flushInterval: 500 };

/* These take the origin and the path of the batches apart. */
const originAndPath = (apiUrl) => {
  const { origin, pathname } = new URL(apiUrl);
  return { host: origin, path: `${pathname.replace(/\/$/, "")}/v1/batch` };
};

const SDKS = {
  "@segment/analytics-node"(apiUrl, writeKey, failed) {
    const sdk = new Segment({ writeKey, ...originAndPath(apiUrl), flushAt: 4, ...SOON });
    sdk.on("error", ({ reason, code }) => failed(reason ?? code));
    return [(method, message) => sdk[method](message), () => sdk.closeAndFlush()];
  },

  "@customerio/cdp-analytics-node"(apiUrl, writeKey, failed) {
    const sdk = new CustomerIo({ writeKey, ...originAndPath(apiUrl), maxEventsInBatch: 4, ...SOON });
    sdk.on("error", ({ reason, code }) => failed(reason ?? code));
    return [(method, message) => sdk[method](message), () => sdk.closeAndFlush()];
  },

  "customerio-node"(apiUrl, writeKey, failed) {
    const sdk = new PipelinesClient(writeKey, { url: `${apiUrl}/v1` });
    return [(method, message) => sdk[method](message).catch(failed), () => undefined];
  },

  "@rudderstack/rudder-sdk-node"(apiUrl, writeKey, failed) {
    const sdk = new RudderStack(writeKey, { dataPlaneUrl: apiUrl, flushAt: 4, ...SOON, errorHandler: failed });
    return [(method, message) => sdk[method](message), () => sdk.flush()];
  },

  /* Its host is fixed: the requests are sent on by the client that it accepts. */
  "@june-so/analytics-node"(apiUrl, writeKey, failed) {
    const httpClient = (url, init) => fetch(url.replace("https://api.june.so", apiUrl), init);
    const sdk = new June(writeKey, { httpClient, maxEventsInBatch: 4, ...SOON });
    const done = (error) => error && failed(error);
    return [(method, message) => sdk[method](message, done), () => sdk.closeAndFlush()];
  },

  "@dittofeed/sdk-node"(apiUrl, writeKey, failed) {
    const { DittofeedSdk } = dittofeed;
    const ready = DittofeedSdk.init({ writeKey: `Basic ${btoa(`${writeKey}:`)}`, host: apiUrl });
    /* Its messages have no timestamps: two requests at once would make the order of arrival their order. */
    let waiting = [];
    const send = async () => {
      await ready;
      for (const [method, message] of waiting) DittofeedSdk[method](message);
      waiting = [];
      await DittofeedSdk.flush().catch(failed);
    };
    const call = async (method, message) => {
      waiting.push([method, message]);
      if (waiting.length === 4) await send();
    };
    return [call, send];
  },

  "@jitsu/js"(apiUrl, writeKey, failed) {
    const sdk = jitsuAnalytics({ writeKey: `${writeKey}:-`, host: apiUrl, s2s: true });
    /* Without one, the SDK makes an anonymous id of its own at the first identify. */
    const known = ({ anonymousId, ...options }) => {
      sdk.setAnonymousId(anonymousId);
      return options;
    };
    const methods = {
      identify: ({ userId, traits, ...ids }) => sdk.identify(userId, traits, known(ids)),
      track: ({ event, properties, ...ids }) => sdk.track(event, properties, known(ids)),
      page: ({ name, properties, ...ids }) => sdk.page({ name, ...properties }, known(ids)),
      group: ({ groupId, traits, ...ids }) => sdk.group(groupId, traits, known(ids)),
    };
    return [(method, message) => methods[method](message).catch(failed), () => undefined];
  },
};

const { apiUrl, writeKey, pauseMs, calls } = JSON.parse(await text(process.stdin));

const tell = async ([name, story]) => {
  const failures = [];
  const [call, close] = SDKS[name](apiUrl, writeKey, (error) => failures.push(String(error)));
  for (const [method, message] of story) {
    await call(method, message);
    await pause(pauseMs);
  }
  await close();
  return [name, failures];
};

const told = await Promise.all(Object.entries(calls).map(tell));
console.log(JSON.stringify(Object.fromEntries(told)));
