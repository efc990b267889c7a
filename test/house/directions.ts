// Which way imports point between packages, and where each file runs.
import { isBuiltin } from "node:module";
import { packageOf, resolve } from "../source-tree.ts";
import { eachImport, isTest, ours, type Rule, reach } from "./rule.ts";

/** What each package may import of ours. Server and client never meet: code that can decrypt is not in the service. */
const directions: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  "bare-phone": ["protocol"],
  server: ["protocol"],
  client: ["protocol"],
  cli: ["protocol", "client"],
  web: ["protocol", "client"],
};

export const importsPointOneWay: Rule = {
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
    // The service is tried with a phone that is no part of it, nor of what people run.
    if (here === "server" && there === "bare-phone" && isTest(source.path)) return;
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
    { "packages/server/src/a.ts": 'import { x } from "@assent/bare-phone";' },
    { "packages/server/src/a-for-tests.ts": 'import type { X } from "@assent/bare-phone";' },
    { "packages/client/src/a.test.ts": 'import { x } from "@assent/bare-phone";' },
    { "packages/bare-phone/src/a.ts": 'import { x } from "@assent/server";' },
    { "packages/bare-phone/src/a.ts": 'import { x } from "@assent/client";' },
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
    "packages/server/src/a.test.ts": 'import "@assent/bare-phone";',
    "packages/bare-phone/src/a.ts": 'import "@assent/protocol";',
    "test/a.ts": 'import "@assent/server"; import "@assent/client";',
  },
};

export const serveLoadsNoClient: Rule = {
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

export const runsWhereItSays: Rule = {
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
