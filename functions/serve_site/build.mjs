/* Builds tracker.js and tracker-extras.js from tracker/. With --check it changes nothing and fails on drift or on too large a file. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const FILES = [
  { name: "tracker.js", source: "tracker/main.js", limit: 4608 },
  { name: "tracker-extras.js", source: "tracker/extras/main.js", limit: 3584 },
];
const here = (name) => new URL(name, import.meta.url);
// The build tools are installed with the end-to-end clients, outside of what is deployed.
const require = createRequire(here("../../tests/e2e/package.json"));
const { buildSync } = require("esbuild");
const { minify } = require("terser");

async function build(source) {
  const entry = fileURLToPath(here(source));
  const bundled = buildSync({ entryPoints: [entry], bundle: true, format: "iife", target: "es2017", write: false });
  const { code } = await minify(bundled.outputFiles[0].text, {
    ecma: 2017,
    toplevel: true,
    compress: { passes: 3, unsafe_arrows: true, pure_getters: true, inline: 1 },
    mangle: true,
    format: { comments: false },
  });
  return `${code}\n`;
}

for (const { name, source, limit } of FILES) {
  const built = await build(source);
  const size = gzipSync(built, { level: 9 }).length;
  console.log(`${name}: ${built.length} bytes, ${size} gzipped (limit ${limit})`);
  if (size > limit) {
    console.error(`${name} is too large: make ${source} smaller.`);
    process.exitCode = 1;
  } else if (!process.argv.includes("--check")) {
    writeFileSync(here(name), built);
  } else if (readFileSync(here(name), "utf8") !== built) {
    console.error(`${name} is not what ${source} builds: run \`make tracker\`.`);
    process.exitCode = 1;
  }
}
