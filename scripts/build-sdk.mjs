// Builds what developers get, @assent/protocol and @assent/client, into a folder: for each a package as a registry would
// have it, of plain JavaScript with types and source maps, by tsc alone.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = join(root, "node_modules/.bin/tsc");

/** The packages by the names of their folders, each after those it uses. */
export const sdkPackages = ["protocol", "client"];

const tests = ["**/*.test.ts", "**/*-for-tests.ts"];
/** Where each runs. The client's files of every platform are one package: the platforms' own types stand for ours. */
const platforms = {
  protocol: { compilerOptions: {}, exclude: [] },
  client: {
    compilerOptions: { lib: ["esnext", "dom"], types: ["node"] },
    exclude: ["**/platform.d.ts"],
  },
};

/** Leaves a folder for each package in `out`. Throws where the sources have faults. */
export function buildSdk(out) {
  mkdirSync(out, { recursive: true });
  // What the packages use is found there as it is here.
  const libraries = join(out, "node_modules");
  symlinkSync(join(root, "node_modules"), libraries);
  try {
    for (const name of sdkPackages) buildPackage(name, out);
  } finally {
    unlinkSync(libraries);
  }
}

function buildPackage(name, out) {
  const source = join(root, "packages", name);
  const target = join(out, name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  compile(name, target, out);
  // Generated code is JavaScript with types already.
  cpSync(join(source, "src/generated"), join(target, "dist/generated"), {
    recursive: true,
    filter: (path) => !path.endsWith(".made-from"),
  });
  for (const page of ["README.md", "CHANGELOG.md", "API.md"]) {
    if (existsSync(join(source, page))) cpSync(join(source, page), join(target, page));
  }
  cpSync(join(root, "LICENSE"), join(target, "LICENSE"));
  const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  writeFileSync(join(target, "package.json"), `${JSON.stringify(packed(manifest), null, 2)}\n`);
}

function compile(name, target, out) {
  const source = join(root, "packages", name, "src");
  const project = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      ...platforms[name].compilerOptions,
      noEmit: false,
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      rootDir: source,
      outDir: join(target, "dist"),
      declaration: true,
      // What only other parts of the SDK may call is in no declaration.
      stripInternal: true,
      sourceMap: true,
      inlineSources: true,
      // The built protocol, and not its sources, which would be built again into the wrong package.
      paths: {
        "@assent/protocol": [join(out, "protocol/dist/index.d.ts")],
        "@assent/protocol/*": [join(out, "protocol/dist/*.d.ts")],
      },
      typeRoots: [join(root, "node_modules/@types")],
    },
    include: [source],
    exclude: [...tests, ...platforms[name].exclude].map((path) => join(source, path)),
  };
  const file = join(target, "tsconfig.json");
  writeFileSync(file, JSON.stringify(project));
  const { status, error } = spawnSync(tsc, ["--project", file], { stdio: "inherit" });
  rmSync(file);
  if (error) throw error;
  if (status !== 0) throw new Error(`${source} was not built: see above`);
}

/** The manifest with its doors where the built files are. */
function packed({ private: _, devDependencies: __, exports: doors, ...manifest }) {
  const built = (path) => path.replace("./src/", "./dist/").replace(/\.ts$/, "");
  return {
    ...manifest,
    exports: Object.fromEntries(
      Object.entries(doors).map(([door, path]) => [
        door,
        { types: `${built(path)}.d.ts`, default: `${built(path)}.js` },
      ]),
    ),
    files: ["dist", "API.md", "CHANGELOG.md"],
  };
}
