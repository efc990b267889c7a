// The rooms of the service: what each keeps to itself.
import { resolve } from "../source-tree.ts";
import { eachImport, isTest, type Rule } from "./rule.ts";

/** What a store or a process keeps for a room, beside its `store.ts`; named here, so that another is not made in passing. */
export const ports: readonly string[] = ["limits/counters.ts", "mailbox/wakeups.ts"].map(inServer);
/** The one port that any room may be handed: each counts under quotas of its own. */
const everybodysPort = inServer("limits/counters.ts");

export const wiring: readonly string[] = [
  "main",
  "edges",
  "operator-edges",
  "rooms",
  "service-folder",
].map((name) => inServer(`${name}.ts`));

export const roomsKeepTheirOwn: Rule = {
  title:
    "server rooms never import each other's ports, edge or storage; main.ts wires them, with edges.ts, operator-edges.ts, rooms.ts and service-folder.ts",
  faults: eachImport((source, { specifier = "" }) => {
    const room = /^packages\/server\/src\/(?:([^/]+)\/)?/.exec(source.path);
    if (room === null || !specifier.startsWith(".") || isTest(source.path)) return;
    if (wiring.includes(source.path)) return;
    const target = /^packages\/server\/src\/([^/]+)\/(.+)$/.exec(resolve(source, specifier));
    const [, there, file] = target ?? [];
    if (there === undefined || there === room[1]) return;
    const isPort = file === "store.ts" || ports.includes(inServer(`${there}/${file}`));
    // Storage implements the rooms' ports, and knows nothing else of them.
    if (room[1] === "storage") return isPort ? undefined : `storage imports ${there}/${file}`;
    if (there === "storage") return "imports storage instead of a port";
    if (file === "edge.ts" || (isPort && inServer(`${there}/${file}`) !== everybodysPort))
      return `imports ${there}'s ${file}`;
    return;
  }),
  broken: [
    { "packages/server/src/mailbox/mailbox.ts": 'import { x } from "../directory/store.ts";' },
    { "packages/server/src/accounts/accounts.ts": 'import type { X } from "../mailbox/store.ts";' },
    { "packages/server/src/accounts/a.ts": 'import type { X } from "../mailbox/wakeups.ts";' },
    { "packages/server/src/mailbox/edge.ts": 'import { x } from "../directory/edge.ts";' },
    { "packages/server/src/mailbox/a.ts": 'import type { X } from "../storage/sqlite/a.ts";' },
    { "packages/server/src/cell/cell.ts": 'import type { Stores } from "../storage/stores.ts";' },
    { "packages/server/src/operating/a.ts": 'import type { X } from "../accounts/store.ts";' },
    { "packages/server/src/config.ts": 'import { x } from "./mailbox/store.ts";' },
    { "packages/server/src/storage/a.ts": 'import { x } from "../mailbox/mailbox.ts";' },
    { "packages/server/src/storage/a.ts": 'import { x } from "../limits/quotas.ts";' },
  ],
  kept: {
    "packages/server/src/main.ts": 'import "./storage/stores.ts"; import "./mailbox/edge.ts";',
    "packages/server/src/rooms.ts": 'import type { Stores } from "./storage/stores.ts";',
    "packages/server/src/mailbox/edge.ts": 'import "./store.ts"; import "../limits/quotas.ts";',
    "packages/server/src/discovery/discovery.ts":
      'import type { X } from "../limits/counters.ts"; import type { Y } from "../cell/roles.ts";',
    "packages/server/src/storage/stores.ts":
      'import "../limits/counters.ts"; import "../mailbox/wakeups.ts"; import "../accounts/store.ts";',
    "packages/server/src/storage/sqlite/a.ts": 'import "../../mailbox/store.ts"; import "../b.ts";',
  },
};

function inServer(path: string): string {
  return `packages/server/src/${path}`;
}
