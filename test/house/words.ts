// What files are called, how long they may be, what stands at their top, and what their comments may cite.
import { existsSync } from "node:fs";
import { packageOf } from "../source-tree.ts";
import type { Rule } from "./rule.ts";

const opening = /^(\/\/|\/\*)/;

export const exactNames: Rule = {
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

export const oneIdeaAFile: Rule = {
  title: `no source file is longer than ${longest} lines`,
  faults: (sources) =>
    sources
      .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, "").split("\n").length }))
      .filter(({ lines }) => lines > longest)
      .map(({ path, lines }) => `${path} has ${lines} lines: it holds two ideas, find the seam`),
  broken: [{ "test/a.ts": "\n".repeat(longest + 1) }],
  kept: { "test/a.ts": "\n".repeat(longest), "test/b.ts": `${"\n".repeat(longest - 1)}a` },
};

export const filesSayWhatTheyOwn: Rule = {
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

const root = new URL("../../", import.meta.url);
// Pages by their names, and folders beside the repository.
const page = /[\w./-]*\w\.md\b/g;
const elsewhere = /\b(facts|design)(, [A-Z]| §|\))|(^|[\s("'`/])shared\/|\bissue #?\d/gm;

export const citesWhatIsHere: Rule = {
  title: "comments cite only what is in the repository, and nothing reads what stands beside it",
  faults: (sources) =>
    sources.flatMap(({ path, comments, names }) => {
      const pages = comments.flatMap(({ text, line }) =>
        (text.match(page) ?? [])
          .filter((cited) => !existsSync(new URL(cited, root)))
          .map((cited) => `${path}:${line} cites ${cited}, which is not here`),
      );
      const said = comments.flatMap(({ text, line }) =>
        (text.match(elsewhere) ?? []).map(
          (cited) => `${path}:${line} cites what is not here: ${cited.trim()}`,
        ),
      );
      const isOurs = packageOf(path) !== undefined || path.startsWith("test/");
      const read = [...names].filter(([name]) => isOurs && /(^|\/)\.\.\/shared(\/|$)/.test(name));
      return [...pages, ...said, ...read.map(([name, line]) => `${path}:${line} reads ${name}`)];
    }),
  broken: [
    { "packages/server/src/a.ts": "// Four times slower (facts, Server)." },
    { "packages/client/src/a.ts": "/** As design §7 has it. */" },
    { "packages/client/src/a.ts": "// See design.md." },
    { "proto/assent/v1/a.proto": "// See shared/design.md." },
    { "bench/a.ts": "// What issue 8 asks for." },
    { "test/a.ts": "// As docs/no-such-page.md says." },
    { "test/a.ts": `read("${["..", "shared", "vectors"].join("/")}");` },
    { "packages/protocol/src/a.ts": `import "${["../../..", "shared/a.ts"].join("/../")}";` },
  ],
  kept: {
    "packages/server/src/a.ts": "// docs/protocol.md, Basics.\nlog(facts, design);",
    "packages/client/src/a.ts": "// The design of facts shared by two: README.md.",
  },
};
