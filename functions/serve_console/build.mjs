/*
 * Builds static/ from src/. With --check it changes nothing and fails on drift or on too large a first load.
 *
 * core.js holds Preact, the API client, the router and all components. Each page, and each part that several pages load
 * when they need it, is a file of its own that imports core.js and nothing else, so that names are stable and nothing is
 * loaded twice.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const FIRST_LOAD_LIMIT = 120 * 1024;
const here = dirname(fileURLToPath(import.meta.url));
const src = join(here, "src");
const out = join(here, "static");
const modules = join(here, "../../tests/e2e/node_modules");
// The build tools are installed with the end-to-end clients, outside of what is deployed.
const { build } = createRequire(join(modules, "../package.json"))("esbuild");

const common = {
  bundle: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
  outdir: out,
  nodePaths: [modules],
  alias: { "#texts": join(src, "texts/en") },
  tsconfigRaw: {},
  logLevel: "warning",
};

/** Resolves what a page imports from outside of its folder to core.js, and refuses what core.js does not hold. */
const fromCore = (folder) => ({
  name: "from-core",
  setup({ onResolve }) {
    onResolve({ filter: /^(#core$|preact)/ }, () => ({ path: "./core.js", external: true }));
    onResolve({ filter: /^#parts\// }, ({ path }) => ({ path: `./${path.slice("#parts/".length)}.js`, external: true }));
    onResolve({ filter: /^\.\.?\// }, ({ path, importer, resolveDir }) => {
      const target = join(resolveDir, path);
      if (!importer.startsWith(folder) || target.startsWith(`${folder}/`)) return undefined;
      return { errors: [{ text: `${relative(here, folder)} imports ${path}: import it from "#core" or "#parts/..."` }] };
    });
  },
});

const folders = (name) =>
  existsSync(join(src, name)) ? readdirSync(join(src, name)).map((entry) => join(src, name, entry)).sort() : [];

async function bundle(entry, name, options = {}) {
  const built = await build({ ...common, ...options, entryPoints: [{ in: entry, out: name }] });
  const files = built.outputFiles.map((file) => [basename(file.path), file.text]);
  return { files, inputs: Object.keys(built.metafile.inputs) };
}

async function routes() {
  const built = await build({ ...common, minify: false, entryPoints: [join(src, "routes.ts")] });
  const { ROUTES } = await import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);
  return ROUTES;
}

function licenses(inputs) {
  const packages = inputs.map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]).filter(Boolean);
  return [...new Set(packages)].sort().map((name) => `${name}\n\n${licenseOf(name)}`).join("\n\n---\n\n");
}

function licenseOf(name) {
  const file = readdirSync(join(modules, name)).find((entry) => /^licen[cs]e/i.test(entry));
  return readFileSync(join(modules, name, file), "utf8").trim();
}

async function everything() {
  const chunks = await Promise.all(
    [...folders("pages"), ...folders("parts")].map(async (folder) => {
      const name = basename(folder);
      return { name, ...(await bundle(join(folder, "index.tsx"), name, { plugins: [fromCore(folder)] })) };
    }),
  );
  const styled = chunks.filter(({ files }) => files.some(([name]) => name.endsWith(".css"))).map(({ name }) => name);
  const core = await bundle(join(src, "core.ts"), "core", { define: { STYLED: JSON.stringify(styled) } });
  const table = await routes();
  const first = [...new Set(table.map((route) => route.path.split("/")[1]))].sort();
  const files = new Map([
    ["index.html", readFileSync(join(src, "index.html"), "utf8")],
    ["icon.svg", readFileSync(join(src, "icon.svg"), "utf8")],
    ["pages.json", `${JSON.stringify(first)}\n`],
    ["LICENSES.txt", `${licenses([...core.inputs, ...chunks.flatMap(({ inputs }) => inputs)])}\n`],
    ...core.files,
    ...chunks.flatMap(({ files: made }) => made),
  ]);
  const missing = table.map(({ page }) => page).filter((page) => !files.has(`${page}.js`));
  if (missing.length) throw new Error(`src/routes.ts names pages that are not in src/pages: ${missing.join(", ")}`);
  return { files, pages: [...new Set(table.map(({ page }) => page))].sort() };
}

const sizeOf = (text) => (text === undefined ? 0 : gzipSync(text, { level: 9 }).length);

function measure({ files, pages }) {
  const size = (name) => sizeOf(files.get(name));
  const core = size("index.html") + size("core.js") + size("core.css");
  const loads = pages.map((page) => ({ page, bytes: core + size(`${page}.js`) + size(`${page}.css`) }));
  for (const { page, bytes } of loads) console.log(`${page}: ${bytes} bytes gzipped on first load, core ${core}`);
  for (const { page } of loads.filter(({ bytes }) => bytes > FIRST_LOAD_LIMIT)) {
    console.error(`${page} is too large (limit ${FIRST_LOAD_LIMIT}): load what it does not show at first as a part.`);
    process.exitCode = 1;
  }
}

function compare(files) {
  const kept = existsSync(out) ? readdirSync(out) : [];
  const drifted = [...files].filter(([name, text]) => !kept.includes(name) || readFileSync(join(out, name), "utf8") !== text);
  const extra = kept.filter((name) => !files.has(name));
  if (!drifted.length && !extra.length) return;
  console.error(`static/ is not what src/ builds (${[...drifted.map(([name]) => name), ...extra].join(", ")}): run \`make console\`.`);
  process.exitCode = 1;
}

function write(files) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  for (const [name, text] of files) writeFileSync(join(out, name), text);
}

const built = await everything();
measure(built);
if (process.argv.includes("--check")) compare(built.files);
else write(built.files);
