// The house rules of the source tree: which way imports point, that there is one door to the network, and what files
// are called and how long they may be. Each rule is also shown made-up sources that break it: a rule that sees
// nothing would pass for ever.
import assert from "node:assert/strict";
import { isBuiltin } from "node:module";
import { describe, test } from "node:test";
import {
  type Import,
  packageOf,
  parseSource,
  readTree,
  resolve,
  type Source,
} from "./source-tree.ts";

interface Rule {
  readonly title: string;
  /** What is wrong, one line for each place. */
  readonly faults: (sources: readonly Source[]) => string[];
  /** Each breaks the rule by itself: path and text of its files. */
  readonly broken: readonly Readonly<Record<string, string>>[];
  /** What comes close to breaking it, and does not. */
  readonly kept: Readonly<Record<string, string>>;
}

const opening = /^(\/\/|\/\*)/;
const isTest = (path: string) => path.endsWith(".test.ts");

/** What each package may import of ours. Server and client never meet: code that can decrypt is not in the service. */
const directions: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  server: ["protocol"],
  client: ["protocol"],
  cli: ["protocol", "client"],
  web: ["protocol", "client"],
};

const importsPointOneWay: Rule = {
  title: "imports point one way: protocol ← server, protocol ← client ← web, cli",
  faults: eachImport((source, { specifier, kind }) => {
    const here = packageOf(source.path);
    if (here === undefined) return;
    if (specifier === undefined) return "imports something that only running it could tell";
    if (specifier.startsWith("."))
      return packageOf(resolve(source, specifier)) === here
        ? undefined
        : "reaches into another package";
    if (/^(\/|#|(?!node:)\w+:)/.test(specifier)) return "imports by an address of its own making";
    const there = ours(specifier);
    if (there === undefined || there === here || directions[here]?.includes(there)) return;
    // The one exception: `assent serve` becomes the server, and only when it is asked to.
    if (source.path === "packages/cli/src/serve.ts" && there === "server" && kind !== "static")
      return;
    return `${here} imports ${there}`;
  }),
  broken: [
    { "packages/protocol/src/a.ts": 'import { x } from "@assent/client";' },
    { "packages/server/src/a.ts": 'export * from "@assent/client";' },
    { "packages/server/src/a.test.ts": 'import "@assent/client/node";' },
    { "packages/server/src/a.ts": 'import { x } from "../../client/src/index.ts";' },
    { "packages/client/src/a.ts": 'const { x } = await import("@assent/server");' },
    { "packages/client/src/a.ts": 'await import("@assent/" + name);' },
    { "packages/client/src/a.ts": 'await import("data:text/javascript,0");' },
    { "packages/client/src/a.ts": 'type X = import("@assent/server").X;' },
    { "packages/cli/src/main.ts": 'const { x } = await import("@assent/server");' },
    { "packages/cli/src/serve.ts": 'import { startServer } from "@assent/server";' },
  ],
  kept: {
    "packages/cli/src/serve.ts":
      'import type { X } from "@assent/server"; await import("@assent/server");',
    "packages/client/src/a/a.ts": 'import "../b/b.ts"; // import "@assent/server"',
    "packages/server/src/a.ts": "log(\"import { x } from '@assent/client'\");",
    "test/a.ts": 'import "@assent/server"; import "@assent/client";',
  },
};

const serveLoadsNoClient: Rule = {
  title: "no process loads both server and client: what `assent serve` loads has no client in it",
  faults: (sources) => {
    const serve = "packages/cli/src/serve.ts";
    // Reading a command line must not load the client yet; serving may never load it.
    const loaded = [...reach(sources, "packages/cli/src/main.ts", ["static"])];
    loaded.push(...reach(sources, serve, ["static", "dynamic"]));
    return eachImport((source, { specifier, kind }) => {
      if (kind === "erased" || ours(specifier) !== "client") return;
      if (kind === "static" || source.path === serve) return "loads the client into the server";
      return;
    })([...new Set(loaded)]);
  },
  broken: [
    { "packages/cli/src/main.ts": 'import "@assent/client";' },
    {
      "packages/cli/src/main.ts": 'import "./output.ts";',
      "packages/cli/src/output.ts": 'export { x } from "@assent/client/node";',
    },
    {
      "packages/cli/src/serve.ts": 'await import("./stop.ts");',
      "packages/cli/src/stop.ts": 'import "@assent/client";',
    },
    { "packages/cli/src/serve.ts": 'await import("@assent/client");' },
  ],
  kept: {
    "packages/cli/src/main.ts":
      'import type { X } from "@assent/client"; await import("./messenger.ts");',
    "packages/cli/src/messenger.ts": 'import "@assent/client";',
  },
};

/** The one platform that a file or a module needs, by its name. */
function platformOf(name: string): "node" | "dom" | undefined {
  if (isBuiltin(name) || name.startsWith("node:")) return "node";
  if (name === "idb") return "dom";
  return /(?:\.|^@assent\/client\/)(node|dom)(?:\.ts)?$/.exec(name)?.[1] as
    | "node"
    | "dom"
    | undefined;
}

const runsWhereItSays: Rule = {
  title:
    "protocol, and client files without a suffix, run anywhere; .dom.ts and web run in browsers, .node.ts on Node",
  faults: eachImport((source, { specifier = "" }) => {
    const here = packageOf(source.path);
    if (isTest(source.path)) return;
    let runsOn: ReturnType<typeof platformOf>;
    if (here === "client") runsOn = platformOf(source.path);
    else if (source.path.startsWith("packages/web/src/")) runsOn = "dom";
    else if (here !== "protocol") return;
    const needed = platformOf(specifier);
    return needed === undefined || needed === runsOn
      ? undefined
      : `imports ${specifier}, which runs on ${needed} only`;
  }),
  broken: [
    { "packages/protocol/src/a.ts": 'import { join } from "node:path";' },
    { "packages/protocol/src/a.node.ts": 'import { join } from "path";' },
    { "packages/protocol/src/a.dom.ts": 'import { openDB } from "idb";' },
    { "packages/client/src/a.ts": 'import type { X } from "node:fs";' },
    { "packages/client/src/a.ts": 'import { x } from "./a.node.ts";' },
    { "packages/client/src/a.ts": 'import { x } from "./a.dom.ts";' },
    { "packages/client/src/a.ts": 'import { openDB } from "idb";' },
    { "packages/client/src/a.node.ts": 'import { x } from "./a.dom.ts";' },
    { "packages/client/src/a.dom.ts": 'import { x } from "./a.node.ts";' },
    { "packages/client/src/a.dom.ts": 'import { join } from "node:path";' },
    { "packages/web/src/a.ts": 'import { x } from "@assent/client/node";' },
    { "packages/web/src/a.tsx": 'import { join } from "node:path";' },
  ],
  kept: {
    "packages/client/src/a.node.ts": 'import "node:fs"; import "./b.node.ts"; import "./c.ts";',
    "packages/client/src/a.dom.ts": 'import "idb"; import "./b.dom.ts"; import "./c.ts";',
    "packages/protocol/src/a.test.ts": 'import "node:test";',
    "packages/web/src/a.ts": 'import "@assent/client/dom"; import "./node.ts";',
    "packages/web/vite.config.ts": 'import "node:url";',
  },
};

const roomsKeepTheirOwn: Rule = {
  title: "server rooms never import each other's store, edge or storage; main.ts wires them",
  faults: eachImport((source, { specifier = "" }) => {
    const room = /^packages\/server\/src\/(?:([^/]+)\/)?/.exec(source.path);
    if (room === null || !specifier.startsWith(".") || isTest(source.path)) return;
    if (source.path === "packages/server/src/main.ts") return;
    const target = /^packages\/server\/src\/([^/]+)\/(.+)$/.exec(resolve(source, specifier));
    const [, there, file] = target ?? [];
    if (there === undefined || there === room[1]) return;
    // Storage implements the rooms' ports, and knows nothing else of them.
    if (room[1] === "storage") return file === "store.ts" ? undefined : `storage imports ${there}`;
    if (there === "storage") return "imports storage instead of a port";
    if (file === "store.ts" || file === "edge.ts") return `imports ${there}'s ${file}`;
    return;
  }),
  broken: [
    { "packages/server/src/mailbox/mailbox.ts": 'import { x } from "../directory/store.ts";' },
    { "packages/server/src/mailbox/edge.ts": 'import { x } from "../directory/edge.ts";' },
    { "packages/server/src/mailbox/a.ts": 'import type { X } from "../storage/sqlite/a.ts";' },
    { "packages/server/src/config.ts": 'import { x } from "./mailbox/store.ts";' },
    { "packages/server/src/storage/a.ts": 'import { x } from "../mailbox/mailbox.ts";' },
  ],
  kept: {
    "packages/server/src/main.ts": 'import "./storage/a.ts"; import "./mailbox/edge.ts";',
    "packages/server/src/mailbox/edge.ts": 'import "./store.ts"; import "../limits/quotas.ts";',
    "packages/server/src/storage/sqlite/a.ts": 'import "../../mailbox/store.ts"; import "../b.ts";',
  },
};

/** Ways out to the network, and ways around this rule. */
const doorNames = [
  ...["fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource"],
  ...["sendBeacon", "fetchLater", "backgroundFetch", "RTCPeerConnection", "importScripts"],
  ...["eval", "getBuiltinModule", "createRequire", "require"],
];
const doorModules = [
  ...["http", "https", "http2", "net", "tls", "dgram", "dns", "dns/promises", "inspector"],
  ...["child_process", "cluster", "vm"],
  ...["undici", "ws", "@connectrpc/connect-web", "@connectrpc/connect-node"],
];

/** The adapters of the network's port, one for each platform, and what both share. */
const door = ["network.node.ts", "network.dom.ts", "web-socket.ts", "platform.d.ts"].map(
  (file) => `packages/client/src/egress/${file}`,
);

/** What fetches and is not the phone: what keeps the app's own files, and the page that plays the demo's SMS network. */
const besideTheDoor = [
  "packages/web/src/service-worker.ts",
  "packages/web/src/demo/sms-network.ts",
];

const oneDoor: Rule = {
  title: "one door: only the network's adapters in client/src/egress name a way out to it",
  faults: (sources) => {
    const inside = sources.filter(
      ({ path }) =>
        ["protocol", "client", "cli", "web"].includes(packageOf(path) ?? "") &&
        !door.includes(path) &&
        !besideTheDoor.includes(path) &&
        !isTest(path),
    );
    const named = inside.flatMap(({ path, names }) =>
      doorNames.flatMap((name) =>
        names.has(name) ? [`${path}:${names.get(name)} names ${name}`] : [],
      ),
    );
    const imported = eachImport((_, { specifier = "" }) =>
      doorModules.includes(specifier.replace(/^node:/, "")) ? `imports ${specifier}` : undefined,
    )(inside);
    return [...named, ...imported];
  },
  broken: [
    { "packages/client/src/a.ts": "await fetch(url);" },
    { "packages/client/src/a.ts": "const { fetch: ask } = globalThis;" },
    { "packages/client/src/a.ts": 'globalThis["fetch"](url);' },
    { "packages/client/src/a.ts": "const send: typeof fetch = other;" },
    { "packages/client/src/a.ts": "new WebSocket(url);" },
    { "packages/client/src/a.ts": "new EventSource(url);" },
    { "packages/client/src/a.ts": "navigator.sendBeacon(url);" },
    { "packages/client/src/a.ts": "new RTCPeerConnection();" },
    { "packages/client/src/a.ts": "new XMLHttpRequest();" },
    { "packages/client/src/a.node.ts": 'process.getBuiltinModule("node:net");' },
    ...doorModules.map((module) => ({
      "packages/client/src/a.node.ts": `import { x } from "${isBuiltin(module) ? `node:${module}` : module}";`,
    })),
    { "packages/client/src/a.node.ts": 'import { request } from "http";' },
    { "packages/client/src/a.dom.ts": "fetchLater(url);" },
    { "packages/client/src/store/store.dom.ts": "await fetch(url);" },
    { "packages/client/src/egress/egress.ts": "await fetch(url);" },
    { "packages/client/src/egress/ledger.ts": "new WebSocket(url);" },
    { "packages/client/src/egress-log/network.dom.ts": "await fetch(url);" },
    { "packages/protocol/src/a.ts": "await fetch(url);" },
    { "packages/cli/src/main.ts": 'const { connect } = await import("node:net");' },
    { "packages/cli/src/serve.ts": "await fetch(url);" },
    { "packages/web/src/app.tsx": "export const a = <a onClick={() => fetch(url)} />;" },
    { "packages/web/src/phone/network.dom.ts": "await fetch(url);" },
    { "packages/web/src/demo/demo.tsx": "await fetch(url);" },
    { "packages/web/src/phone/phone.worker.ts": 'self["WebSocket"];' },
  ],
  kept: {
    "packages/client/src/a.ts":
      '// fetch(url)\nlog("fetch(url) by WebSocket"); fetchRecord(); /fetch/.test(x);',
    "packages/client/src/egress/network.node.ts": 'import "node:https";',
    "packages/client/src/egress/network.dom.ts": "await fetch(url);",
    "packages/client/src/egress/web-socket.ts": "new WebSocket(url);",
    "packages/server/src/a.ts": 'import "node:net"; fetch(url);',
  },
};

const exactNames: Rule = {
  title: "nothing is called common, utils, helpers, shared or types",
  faults: (sources) =>
    sources.flatMap(({ path }) =>
      path
        .split("/")
        .filter((part) => /^(common|utils?|helpers?|shared|types)(\.|$)/i.test(part))
        .map((part) => `${path}: ${part} says nothing about what is in it`),
    ),
  broken: [
    { "packages/client/src/utils/a.ts": "" },
    { "packages/client/src/helper.test.ts": "" },
    { "packages/server/src/mailbox/types.d.ts": "" },
    { "test/common.ts": "" },
    { "bench/shared/a.ts": "" },
  ],
  kept: { "packages/protocol/src/shared-secret.ts": "", "packages/client/src/commonness.ts": "" },
};

const longest = 400;

const oneIdeaAFile: Rule = {
  title: `no source file is longer than ${longest} lines`,
  faults: (sources) =>
    sources
      .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, "").split("\n").length }))
      .filter(({ lines }) => lines > longest)
      .map(({ path, lines }) => `${path} has ${lines} lines: it holds two ideas, find the seam`),
  broken: [{ "test/a.ts": "\n".repeat(longest + 1) }],
  kept: { "test/a.ts": "\n".repeat(longest), "test/b.ts": `${"\n".repeat(longest - 1)}a` },
};

const filesSayWhatTheyOwn: Rule = {
  title: "every file of a package opens with a comment of what it owns",
  faults: (sources) =>
    sources
      .filter(({ path, text }) => /^packages\/[^/]+\/src\//.test(path) && !opening.test(text))
      .map(({ path }) => `${path} opens without a comment`),
  broken: [
    { "packages/client/src/a.ts": 'import "./b.ts";\n// Owns b.' },
    { "packages/client/src/a.test.ts": "" },
  ],
  kept: { "packages/client/src/a.ts": "// Owns a.", "packages/client/src/b.ts": "/** Owns b. */" },
};

const rules = [
  importsPointOneWay,
  serveLoadsNoClient,
  runsWhereItSays,
  roomsKeepTheirOwn,
  oneDoor,
  exactNames,
  oneIdeaAFile,
  filesSayWhatTheyOwn,
];

describe("house rules", () => {
  const sources = readTree();
  for (const { title, faults, broken, kept } of rules)
    describe(title, () => {
      test("holds here", () => assert.deepEqual(faults(sources), []));
      test("sees what breaks it", () => {
        for (const files of broken) assert.notDeepEqual(faults(parseAll(files)), [], show(files));
      });
      test("lets the rest be", () => assert.deepEqual(faults(parseAll(kept)), []));
    });

  test("are held on the whole tree", () => {
    const packages = new Set(sources.map(({ path }) => packageOf(path)));
    for (const name of ["protocol", "server", "client", "cli"]) assert.ok(packages.has(name), name);
    assert.ok(sources.some(({ path }) => path === "test/house.test.ts"));
    assert.ok(sources.some(({ path }) => path.endsWith(".proto")));
    assert.ok(!sources.some(({ path }) => /\/(generated|node_modules)\//.test(path)));
  });
});

function parseAll(files: Readonly<Record<string, string>>): Source[] {
  return Object.entries(files).map(([path, text]) => parseSource(path, text));
}

function eachImport(
  fault: (source: Source, imported: Import) => string | undefined,
): Rule["faults"] {
  return (sources) =>
    sources.flatMap((source) =>
      source.imports.flatMap((imported) => {
        const what = fault(source, imported);
        return what === undefined ? [] : [`${source.path}:${imported.line} ${what}`];
      }),
    );
}

/** The sources that the one at this path loads, itself included. */
function reach(
  sources: readonly Source[],
  path: string,
  kinds: readonly Import["kind"][],
  reached = new Set<Source>(),
): Set<Source> {
  const source = sources.find((candidate) => candidate.path === path);
  if (source === undefined || reached.has(source)) return reached;
  reached.add(source);
  for (const { specifier, kind } of source.imports)
    if (kinds.includes(kind) && specifier?.startsWith("."))
      reach(sources, resolve(source, specifier), kinds, reached);
  return reached;
}

/** The package of ours that a specifier means. The command line's is published as `assent`. */
function ours(specifier = ""): string | undefined {
  return /^assent(\/|$)/.test(specifier) ? "cli" : /^@assent\/([^/]+)/.exec(specifier)?.[1];
}

function show(files: Readonly<Record<string, string>>): string {
  return `lets this be: ${JSON.stringify(files)}`;
}
