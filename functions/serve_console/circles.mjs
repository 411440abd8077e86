/* Fails where modules of src/ import each other in a circle, types included: `node circles.mjs`. */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const src = join(here, "src");
const { preProcessFile } = createRequire(join(here, "../../tests/e2e/package.json"))("typescript");

const files = readdirSync(src, { recursive: true })
  .map((name) => join(src, name))
  .filter((path) => /\.tsx?$/.test(path));

/** Modules of src/ that the file imports by a relative path; pages reach core.ts by its alias alone. */
function importsOf(file) {
  return preProcessFile(readFileSync(file, "utf8")).importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith(".")) return [];
    const path = join(dirname(file), fileName);
    const found = [path, `${path}.ts`, `${path}.tsx`, join(path, "index.ts"), join(path, "index.tsx")];
    return found.filter((one) => existsSync(one) && statSync(one).isFile()).slice(0, 1);
  });
}

/** The circles that a walk from each module comes upon, once each. */
function circles(graph) {
  const found = [];
  const done = new Set();
  const walk = (file, path) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file)) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return found;
}

const graph = new Map(files.map((file) => [file, importsOf(file).filter((one) => files.includes(one))]));
for (const circle of circles(graph)) {
  console.error(`imports go in a circle: ${circle.map((file) => relative(src, file)).join(" -> ")}`);
  process.exitCode = 1;
}
