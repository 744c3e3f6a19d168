// Bundles what the console's pages load, and writes down what is in it. `make console-assets` runs it.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = process.argv[2] ?? join(here, "..", "router", "console", "assets", "vendor");

/** The packages of node_modules whose text is in these inputs of a bundle. */
function packagesOf(inputs) {
  const names = inputs.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}

function described(name) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (!file) throw new Error(`${name} brings no text of its licence: it cannot be passed on`);
  return { name, version, licence: license, text: readFileSync(join(folder, file), "utf8").trim() };
}

const bundles = {
  "codemirror.js": { entryPoints: [join(here, "codemirror.mjs")], format: "esm" },
  "htmx.js": { entryPoints: [join(here, "node_modules", "htmx.org", "dist", "htmx.js")] },
};

if (existsSync(target)) rmSync(target, { recursive: true });
mkdirSync(target, { recursive: true });
const files = {};
const licences = new Map();
for (const [file, options] of Object.entries(bundles)) {
  const made = await build({
    ...options,
    absWorkingDir: here,
    bundle: options.format === "esm",
    minify: true,
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    metafile: true,
    write: false,
  });
  const text = made.outputFiles[0].contents;
  const packages = packagesOf(Object.keys(made.metafile.inputs)).map(described);
  for (const one of packages) licences.set(one.text, [...(licences.get(one.text) ?? []), `${one.name} ${one.version}`]);
  files[file] = {
    sha256: createHash("sha256").update(text).digest("hex"),
    bytes: text.length,
    packages: packages.map(({ name, version, licence }) => ({ name, version, licence })),
  };
  writeFileSync(join(target, file), text);
}
writeFileSync(join(target, "manifest.json"), JSON.stringify({ files }, null, 2) + "\n");
const sections = [...licences].map(([text, names]) => `${names.join(", ")}\n\n${text}\n`);
writeFileSync(join(target, "LICENCES.txt"), sections.join(`\n${"-".repeat(80)}\n\n`));
