/* Builds tracker.js from tracker.src.js. With --check it changes nothing and fails on drift or on too large a file. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";

const GZIP_LIMIT = 3072;
const here = (name) => new URL(name, import.meta.url);
// The build tool is installed with the end-to-end clients, outside of what is deployed.
const require = createRequire(here("../../tests/e2e/package.json"));
const { minify } = require("terser");

const { code } = await minify(readFileSync(here("tracker.src.js"), "utf8"), {
  ecma: 2017,
  toplevel: true,
  compress: { passes: 3, unsafe_arrows: true, pure_getters: true },
  mangle: true,
  format: { comments: false },
});
const built = `${code}\n`;
const size = gzipSync(built, { level: 9 }).length;
console.log(`tracker.js: ${built.length} bytes, ${size} gzipped (limit ${GZIP_LIMIT})`);

if (size > GZIP_LIMIT) {
  console.error("tracker.js is too large: make tracker.src.js smaller.");
  process.exit(1);
}
if (!process.argv.includes("--check")) {
  writeFileSync(here("tracker.js"), built);
} else if (readFileSync(here("tracker.js"), "utf8") !== built) {
  console.error("tracker.js is not what tracker.src.js builds: run `npm run build:tracker` in tests/e2e.");
  process.exit(1);
}
