// The one door of a phone to the network.
import { isBuiltin } from "node:module";
import { packageOf, type Source } from "../source-tree.ts";
import { eachImport, isTest, type Rule } from "./rule.ts";

/** Ways out to the network, and ways around this rule. */
const doorNames = [
  ...["fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource"],
  ...["sendBeacon", "fetchLater", "backgroundFetch", "RTCPeerConnection", "importScripts"],
  ...["pushManager"],
  ...["eval", "getBuiltinModule", "createRequire", "require"],
];
const doorModules = [
  ...["http", "https", "http2", "net", "tls", "dgram", "dns", "dns/promises", "inspector"],
  ...["child_process", "cluster", "vm"],
  ...["undici", "ws", "@connectrpc/connect-web", "@connectrpc/connect-node"],
];

/** The adapters of the network's port, one for each platform. */
export const door: readonly string[] = [
  "packages/client/src/egress/network.node.ts",
  "packages/client/src/egress/network.dom.ts",
];

/**
 * What the phone asks by way of the page, and notes before it does: the browser's own push service.
 * What fetches and is not the phone: what keeps the app's own files, and the demo's page, which plays the SMS network and
 * shows what the service holds. And the socket in a profile's folder, by which programs of one owner reach each other on
 * one machine.
 */
export const besideTheDoor: readonly string[] = [
  "packages/cli/src/profile-socket.ts",
  "packages/web/src/phone/browser-push.ts",
  "packages/web/src/service-worker.ts",
  "packages/web/src/demo/held-store.ts",
  "packages/web/src/demo/sms-network.ts",
];

/** Where these sources name a way out to the network. */
export function waysOut(sources: readonly Source[]): string[] {
  const named = sources.flatMap(({ path, names }) =>
    doorNames.flatMap((name) =>
      names.has(name) ? [`${path}:${names.get(name)} names ${name}`] : [],
    ),
  );
  const imported = eachImport((_, { specifier = "" }) =>
    doorModules.includes(specifier.replace(/^node:/, "")) ? `imports ${specifier}` : undefined,
  )(sources);
  return [...named, ...imported];
}

export const oneDoor: Rule = {
  title: "one door: only the network's adapters in client/src/egress name a way out to it",
  faults: (sources) =>
    waysOut(
      sources.filter(
        ({ path }) =>
          ["protocol", "client", "cli", "web"].includes(packageOf(path) ?? "") &&
          !door.includes(path) &&
          !besideTheDoor.includes(path) &&
          !isTest(path),
      ),
    ),
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
    { "packages/web/src/app.tsx": "await registration.pushManager.subscribe(options);" },
    { "packages/web/src/phone/phone.worker.ts": 'self["WebSocket"];' },
  ],
  kept: {
    "packages/client/src/a.ts":
      '// fetch(url)\nlog("fetch(url) by WebSocket"); fetchRecord(); /fetch/.test(x);',
    "packages/client/src/egress/network.node.ts": 'import "node:https";',
    "packages/client/src/egress/network.dom.ts": "await fetch(url);",
    "packages/server/src/a.ts": 'import "node:net"; fetch(url);',
  },
};
