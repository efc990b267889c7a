// The rooms of a package: none needs another that needs it in turn.
import { resolve, type Source } from "../source-tree.ts";
import { isTest, type Rule } from "./rule.ts";

const inside = /^packages\/(?:client|server|web)\/src\//;
/** The one room that has rooms of its own. */
const divided = "packages/client/src/conversations";

/** The room of a file; undefined for what stands at the door, wires the rooms, or is for tests. */
function roomOf(path: string): string | undefined {
  const [start] = inside.exec(path) ?? [];
  if (start === undefined || isTest(path) || path.endsWith("-for-tests.ts")) return;
  const [name = "", inner = "", file] = path.slice(start.length).split("/");
  if (inner === "" || name === "generated") return;
  const room = start + name;
  return room === divided && file !== undefined ? `${room}/${inner}` : room;
}

/** Which rooms each room needs, types too, and by which file first. */
function needs(sources: readonly Source[]): Map<string, Map<string, string>> {
  const all = new Map<string, Map<string, string>>();
  for (const source of sources) {
    const here = roomOf(source.path);
    if (here === undefined) continue;
    const needed = all.get(here) ?? new Map<string, string>();
    all.set(here, needed);
    for (const { specifier, line } of source.imports) {
      if (!specifier?.startsWith(".")) continue;
      const there = roomOf(resolve(source, specifier));
      if (there !== undefined && there !== here && !needed.has(there))
        needed.set(there, `${source.path}:${line}`);
    }
  }
  return all;
}

export const noCircles: Rule = {
  title: "rooms of a package have no circles: none is needed by what it needs",
  faults: (sources) => {
    const all = needs(sources);
    const leadsTo = (from: string, to: string, seen = new Set<string>()): boolean => {
      if (from === to) return true;
      if (seen.has(from)) return false;
      seen.add(from);
      return [...(all.get(from)?.keys() ?? [])].some((next) => leadsTo(next, to, seen));
    };
    return [...all].flatMap(([here, needed]) =>
      [...needed].flatMap(([there, place]) =>
        leadsTo(there, here) ? [`${place} imports ${there}, which needs ${here}`] : [],
      ),
    );
  },
  broken: [
    {
      "packages/client/src/a/a.ts": 'import { b } from "../b/b.ts";',
      "packages/client/src/b/b.ts": 'import type { A } from "../a/a.ts";',
    },
    {
      "packages/server/src/a/a.ts": 'import type { B } from "../b/b.ts";',
      "packages/server/src/b/b.ts": 'import type { A } from "../a/a.ts";',
    },
    {
      "packages/web/src/a/a.tsx": 'import { b } from "../b/b.ts";',
      "packages/web/src/b/b.ts": 'void import("../a/a.tsx");',
    },
    {
      "packages/client/src/a/a.ts": 'import "../b/b.ts";',
      "packages/client/src/b/b.ts": 'export * from "../c/c.ts";',
      "packages/client/src/c/c.ts": 'await import("../a/other.ts");',
    },
    {
      "packages/client/src/conversations/people/a.ts": 'import "../history/b.ts";',
      "packages/client/src/conversations/history/b.ts": 'import "../people/c.ts";',
    },
    {
      "packages/client/src/conversations/people/a.ts": 'import "../../line/b.ts";',
      "packages/client/src/line/b.ts": 'import "../conversations/people/c.ts";',
    },
  ],
  kept: {
    "packages/client/src/rooms.ts": 'import "./a/a.ts"; import "./b/b.ts";',
    "packages/client/src/a/a.ts": 'import "../b/b.ts"; import "../../../protocol/src/a.ts";',
    "packages/client/src/b/b.ts": 'import "./c.ts"; import "node:fs";',
    "packages/client/src/b/b.test.ts": 'import "../a/a.ts";',
    "packages/client/src/b/b-for-tests.ts": 'import "../a/a.ts";',
    "packages/client/src/conversations/history/a.ts": 'import "../people/a.ts";',
    "packages/client/src/conversations/people/a.ts": 'import "../../b/b.ts";',
  },
};
