// How the app is built: two pages (the app, and the demo that frames two of it), the phone's worker, and the
// service worker under a name that stays.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin, type Rolldown } from "vite";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const serviceWorkerFile = "service-worker.js";
const publicFolder = file("public");
const workerStart = ["worker-start", "trusted-scripts"].map((name) => file(`src/phone/${name}.ts`));

/** Chunks of styles are loaded in any order: each says first what gives way to what. */
function layersFirst(): Plugin {
  const statement = readFileSync(file("src/look/layers.css"), "utf8");
  return {
    name: "assent:layers-first",
    enforce: "pre",
    transform: (code, id) => (id.endsWith(".css") ? statement + code : undefined),
  };
}

/**
 * What is needed together is one file: forty small ones, shared by this screen and that, cost a thin line seven round
 * trips. The module that asks for them stays apart: whoever shares its parts must not start the app. Of a library that
 * hands out many things by one door, only those that are taken at the start come along.
 * @param from that module.
 * @param isCalled it is imported by a call, and is a start all the same. Vite takes the first start of a worker by name for
 *   the one it begins with.
 */
function together(name: string, from: string, isCalled = false) {
  const parts = new Set<string>();
  const plugin: Plugin = {
    name: `assent:${name}-together`,
    buildStart() {
      if (isCalled) this.emitFile({ type: "chunk", id: from });
    },
    buildEnd() {
      const follow = (id: string) => {
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) {
          if (parts.has(imported) || workerStart.includes(imported)) continue;
          parts.add(imported);
          follow(imported);
        }
      };
      follow(from);
    },
  };
  const group = {
    name: (id: string) => (parts.has(id) ? name : null),
    tags: ["$initial" as const],
    debugName: name,
  };
  return { plugin, group };
}

/**
 * What starts the phone's worker is a file of its own, and the page runs it as soon as it is there: imported by the others
 * alone, it would wait until all of them are.
 */
function workerFirst() {
  const name = "worker-start";
  const plugin: Plugin = {
    name: "assent:worker-first",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle = {}, path }) {
        const started = Object.values(bundle).find((part) => part.name === name);
        if (!started) throw new Error("nothing starts the phone's worker");
        const attrs = { type: "module", async: true, src: `/${started.fileName}` };
        return path === "/index.html" ? [{ tag: "script", attrs, injectTo: "head-prepend" }] : [];
      },
    },
  };
  return { plugin, group: { name, test: (id: string) => workerStart.includes(id) } };
}

/** Tells the service worker which files are the app, and a name that changes with any of them. */
function appShell(): Plugin {
  return {
    name: "assent:app-shell",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const serviceWorker = bundle[serviceWorkerFile];
        if (serviceWorker?.type !== "chunk") this.error("there is no service worker");
        if (serviceWorker.imports.length > 0) this.error("the service worker imports something");
        const ofDemo = filesOfDemo(bundle);
        const shell = [
          ...Object.values(bundle)
            .filter((part) => part !== serviceWorker && !ofDemo.has(part.fileName))
            .map((part) => ({ name: part.fileName, content: contentOf(part) })),
          ...readdirSync(publicFolder, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map(({ parentPath, name }) => join(parentPath, name))
            .map((path) => ({
              name: path.slice(publicFolder.length + 1),
              content: readFileSync(path),
            })),
        ].sort((a, b) => (a.name < b.name ? -1 : 1));
        const version = createHash("sha256");
        for (const { name, content } of shell) version.update(name).update("\0").update(content);
        const paths = shell.map(({ name }) => (name === "index.html" ? "/" : `/${name}`));
        serviceWorker.code = serviceWorker.code
          .replace("__APP_SHELL__", () => JSON.stringify(paths))
          .replace("__APP_VERSION__", () => JSON.stringify(version.digest("hex").slice(0, 16)));
      },
    },
  };
}

/** The demo is for whoever runs the service: nobody's device keeps it. */
function filesOfDemo(bundle: Rolldown.OutputBundle): Set<string> {
  const demo = Object.values(bundle).find((part) => part.type === "chunk" && part.name === "demo");
  const styles = demo?.type === "chunk" ? (demo.viteMetadata?.importedCss ?? []) : [];
  return new Set(["demo.html", ...(demo ? [demo.fileName] : []), ...styles]);
}

function contentOf(part: Rolldown.OutputChunk | Rolldown.OutputAsset): string | Uint8Array {
  return part.type === "chunk" ? part.code : part.source;
}

/** Libraries mark what is for browsers, and ask for Node's crypto where there is none: both are as they should be. */
function sayUnlessExpected(
  level: Rolldown.LogLevel,
  log: Rolldown.RolldownLog,
  say: Rolldown.LogOrStringHandler,
): void {
  const isExpected =
    log.code === "MODULE_LEVEL_DIRECTIVE" || log.plugin === "rolldown:vite-resolve";
  if (!isExpected) say(level, log);
}

const firstScreen = together("first-screen", file("src/main.tsx"));
const wholePhone = together("phone", file("src/phone/worker-phone.ts"), true);
const phoneFirst = workerFirst();

export default defineConfig({
  root: file("."),
  plugins: [layersFirst(), firstScreen.plugin, phoneFirst.plugin, appShell()],
  // React's interface, in a tenth of its size (docs/decisions/0105-preact-under-reacts-names.md).
  resolve: {
    alias: {
      "react-dom": "preact/compat",
      "react-dom/client": "preact/compat/client",
      "react/jsx-runtime": "preact/jsx-runtime",
      react: "preact/compat",
    },
  },
  build: {
    target: "es2023",
    // The content security policy allows scripts and styles of this origin alone, and nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        app: file("index.html"),
        demo: file("demo.html"),
        "service-worker": file("src/service-worker.ts"),
      },
      output: {
        codeSplitting: { groups: [phoneFirst.group, firstScreen.group] },
        entryFileNames: ({ name }) =>
          name === "service-worker" ? serviceWorkerFile : "assets/[name]-[hash].js",
      },
      onLog: sayUnlessExpected,
    },
  },
  worker: {
    format: "es",
    plugins: () => [wholePhone.plugin],
    rolldownOptions: {
      output: { codeSplitting: { groups: [wholePhone.group] } },
      onLog: sayUnlessExpected,
      // It does not say so: without this, its HPKE comes with its groups (packages/client/src/encryption/mls-suite.ts).
      treeshake: { moduleSideEffects: [{ test: /node_modules\/ts-mls\//, sideEffects: false }] },
    },
  },
});
