import { chromium } from "playwright-core";
const key = process.env.KEY, base = process.env.BASE ?? "http://127.0.0.1:4750/console";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--headless","--no-sandbox","--disable-gpu"] });
const steps = (await import("file://" + process.argv[2])).default;
const ctx = await b.newContext({ viewport: { width: 1280, height: 860 }, colorScheme: "light" });
await ctx.addInitScript(`sessionStorage.setItem('console.key', '${key}')`);
const page = await ctx.newPage();
page.on("console", m => ["error","warning"].includes(m.type()) && console.log("CONSOLE", m.text()));
page.on("pageerror", e => console.log("PAGEERROR", e.message));
page.on("response", r => r.status() >= 400 && console.log("HTTP", r.status(), r.url(), r.request().method()));
page.setDefaultTimeout(20000);
let n = 0;
try { await steps({ page, base, shot: async (name) => { await page.screenshot({ path: `/tmp/listshots/${name}.png` }); console.log("shot", name); } }); }
catch (e) { console.log("FAILED", e.message.slice(0, 1500)); await page.screenshot({ path: `/tmp/listshots/failed.png` }); }
await b.close();
