/*
 * Drives Debian's Chromium or Firefox for the tests: one JSON command a line on standard input, one JSON answer a line on
 * standard output. Every `open` makes a browser profile of its own, so that tests share no cookie.
 */
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { chromium, firefox } from "playwright-core";

const CHROMIUM = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/* The timeout of an action, which takes less than a second on an idle machine. */
const TIMEOUT_MS = 60_000;
const [kind, executablePath] = process.argv.slice(2);
const browser = await (kind === "firefox"
  ? // The channel has Playwright speak WebDriver BiDi, which every Firefox understands.
    firefox.launch({ executablePath, channel: "moz-firefox" })
  : chromium.launch({ executablePath, args: CHROMIUM }));

let context;
let besides = [];
let page;
let errors = [];
let warnings = [];
let requests = [];
let forbiddenRequests = [];
let release = () => undefined;
let downloads = [];

const whileLeaving = (error) => {
  if (!error.message.includes("Execution context was destroyed")) throw error;
  return false;
};

const commands = {
  async open({ scripts, beside, locale }) {
    if (beside) besides.push(context);
    else await commands.close();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale, javaScriptEnabled: scripts });
    context.setDefaultTimeout(TIMEOUT_MS);
    errors = [];
    warnings = [];
    requests = [];
    forbiddenRequests = [];
    context.on("response", (answer) => answer.status() === 403 && forbiddenRequests.push(`${answer.request().method()} ${answer.url()}`));
    downloads = [];
    context.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
    context.on("page", (opened) => {
      page = opened;
      page.on("download", async (download) => downloads.push({ url: download.url(), path: await download.path() }));
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
    });
    await context.newPage();
  },
  async close() {
    for (const opened of [...besides, context]) await opened?.close();
    besides = [];
    context = undefined;
  },
  before_scripts: ({ script }) => context.addInitScript(script),
  requests: () => requests.splice(0),
  forbidden_requests: () => forbiddenRequests.splice(0),
  downloads: () => downloads,
  // The last one wins; without a status, the server answers after the delay.
  intercept: ({ pattern, status, body, headers, delay }) =>
    context.route(new RegExp(pattern), async (route) => {
      await pause(delay);
      await (status ? route.fulfill({ status, contentType: "application/json", headers, body }) : route.continue());
    }),
  break_changes: ({ pattern, status, body }) =>
    context.route(new RegExp(pattern), (route) =>
      route.request().method() === "GET" ? route.fallback() : route.fulfill({ status, contentType: "application/json", body }),
    ),
  hold: ({ pattern }) => {
    const released = new Promise((resolve) => {
      release = resolve;
    });
    return context.route(new RegExp(pattern), async (route) => {
      await released;
      await route.continue().catch(() => undefined);
    });
  },
  release: () => release(),
  let_through: () => context.unrouteAll({ behavior: "ignoreErrors" }),
  offline: ({ offline }) => context.setOffline(offline),
  async freeze_clock() {
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 1000);
  },
  advance_clock: ({ milliseconds }) => page.clock.runFor(milliseconds),
  warnings: () => warnings,
  goto: ({ url }) => page.goto(url, { waitUntil: "load" }).then((answer) => answer?.status()),
  back: () => page.goBack().then(() => undefined),
  evaluate: ({ script }) => page.evaluate(script),
  // Playwright's own waiting evaluates strings inside the page, which a content security policy forbids.
  async wait_for({ script }) {
    const deadline = Date.now() + TIMEOUT_MS;
    while (!(await page.evaluate(`Boolean(${script})`).catch(whileLeaving))) {
      if (Date.now() > deadline) throw new Error(`never true: ${script}`);
      await pause(50);
    }
  },
  fill: ({ selector, value }) => page.fill(selector, value),
  click: ({ selector }) => page.click(selector),
  press: ({ key }) => page.keyboard.press(key),
  text: ({ selector }) => page.innerText(selector),
  resize: ({ width, height }) => page.setViewportSize({ width, height }),
  prefer: ({ scheme, motion }) => page.emulateMedia({ colorScheme: scheme, reducedMotion: motion }),
  cookies: () => context.cookies(),
  errors: () => errors,
  screenshot: ({ path, whole }) => page.screenshot({ path, fullPage: whole, animations: "disabled" }).then(() => undefined),
  close_page: () => page.close({ runBeforeUnload: false }),
};

const answer = (result) => process.stdout.write(`${JSON.stringify(result)}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...parameters } = JSON.parse(line);
  try {
    answer({ result: (await commands[command](parameters)) ?? null });
  } catch (error) {
    answer({ error: `${command}: ${error.message}` });
  }
}
await browser.close();
