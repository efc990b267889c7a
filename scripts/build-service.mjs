// Builds what is installed on other machines: one folder with the command `assent`, our packages as plain JavaScript with the
// built app, and the libraries they use, as package-lock.json names them. Nothing in it is of this machine, nothing is fetched.
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const libraries = ["protocol", "server", "client"];
const command = "cli";
/** For whoever runs it: what they and the command name. */
export const pages = ["operating.md", "sms.md", "privacy.md", "threat-model.md", "protocol.md"];

const notForRunning =
  /\/node_modules(?:\/|$)|\/\.[^/]+|\.(?:map|[cm]?ts|sh)$|^\/(?:tests?|benchmarks?|integration|docs|examples?|scripts)(?:\/|$)/;

/** @param out is made anew. @returns the version */
export function buildService(out) {
  rmSync(out, { recursive: true, force: true });
  const manifest = manifestOf(command);
  strip(command, out);
  cpSync(join(root, "packages", command, "bin"), join(out, "bin"), { recursive: true });
  rewrite(join(out, "bin/assent.mjs"));
  for (const name of libraries) {
    const target = join(out, "node_modules/@assent", name);
    strip(name, target);
    const { exports: doors, ...rest } = manifestOf(name);
    const built = Object.entries(doors).map(([door, path]) => [door, inJavaScript(path)]);
    writeManifest(target, { ...rest, exports: Object.fromEntries(built) });
  }
  copyApp(join(out, "node_modules/@assent/web"));
  const used = libraryFolders();
  for (const folder of used) copyLibrary(folder, out);
  const names = [...new Set(used.map(nameOf).filter((name) => name !== undefined))];
  const ours = [...libraries, "web"].map((name) => `@assent/${name}`);
  writeManifest(out, {
    ...manifest,
    description:
      "Texting by phone number over the Internet: off until you say yes, end-to-end encrypted",
    engines: { node: ">=24" },
    // All of it is inside: an install fetches nothing.
    bundleDependencies: [...ours, ...names].sort(),
    dependencies: Object.fromEntries(
      [...ours, ...names]
        .sort()
        .map((name) => [name, manifestAt(join(out, "node_modules", name)).version]),
    ),
  });
  cpSync(join(root, "LICENSE"), join(out, "LICENSE"));
  cpSync(join(root, "CHANGELOG.md"), join(out, "CHANGELOG.md"));
  for (const page of pages) cpSync(join(root, "docs", page), join(out, "docs", page));
  return manifest.version;
}

/** Our sources without their types, as Node itself would run them here. Below node_modules it takes none off. */
function strip(name, target) {
  const source = join(root, "packages", name, "src");
  for (const file of globSync("**/*.{ts,js,mjs}", { cwd: source })) {
    if (/\.test\.ts$|-for-tests\.ts$|\.d\.ts$/.test(file)) continue;
    const text = readFileSync(join(source, file), "utf8");
    const made = join(target, "src", file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(made), { recursive: true });
    writeFileSync(made, file.endsWith(".ts") ? inJavaScript(stripTypeScriptTypes(text)) : text);
  }
}

function rewrite(file) {
  writeFileSync(file, inJavaScript(readFileSync(file, "utf8")));
}

/** Every path to a source of ours, whether imported or a thread's. */
function inJavaScript(text) {
  return text.replace(/(?<=^|")(\.{1,2}\/[^"\n]+)\.ts(?="|$)/g, "$1.js");
}

function copyApp(target) {
  const app = join(root, "packages/web");
  if (!existsSync(join(app, "dist/index.html"))) {
    throw new Error("the Messaging app is not built: node scripts/build-web.mjs");
  }
  cpSync(join(app, "dist"), join(target, "dist"), {
    recursive: true,
    filter: (path) => !path.endsWith(".made-from"),
  });
  const { name, version, license, exports: doors } = manifestOf("web");
  writeManifest(target, { name, version, license, exports: doors });
}

/** Where in node_modules what our packages use at run time is, and what that uses: by the lockfile. */
function libraryFolders() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const found = new Set();
  const visit = (from) => {
    const { dependencies = {}, optionalDependencies = {} } = packages[from];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (name.startsWith("@assent/")) continue;
      const folder = nearest(packages, from, name);
      if (folder === undefined || found.has(folder)) continue;
      found.add(folder);
      visit(folder);
    }
  };
  for (const name of [command, ...libraries]) visit(`packages/${name}`);
  return [...found].sort();
}

/** As Node looks for it: beside whoever asks, then further out. */
function nearest(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const folder = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[folder]) return folder;
    if (at === "") return undefined;
  }
}

/** Of a library that is nobody's own. */
function nameOf(folder) {
  return folder.lastIndexOf("node_modules/") === 0
    ? folder.slice("node_modules/".length)
    : undefined;
}

function copyLibrary(folder, out) {
  const from = join(root, folder);
  if (!existsSync(from)) throw new Error(`${folder} is not installed: npm ci`);
  cpSync(from, join(out, folder), {
    recursive: true,
    // Those of others within it are copied where they are used; what only compilers and authors read stays away.
    filter: (path) => !notForRunning.test(path.slice(from.length)),
  });
}

function manifestOf(name) {
  const { private: _, devDependencies: __, ...manifest } = manifestAt(join(root, "packages", name));
  return manifest;
}

function manifestAt(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function writeManifest(folder, manifest) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
