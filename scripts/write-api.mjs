// Writes packages/client/API.md: everything that the SDK's doors offer, with its types and docstrings, read from the
// declarations that tsc makes of the sources. A test fails while the page says anything else than the doors.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";
import { buildSdk } from "./build-sdk.mjs";

export const apiFile = fileURLToPath(new URL("../packages/client/API.md", import.meta.url));

const opening = `# @assent/client: what its doors offer

Made by \`npm run docs\` from the sources' own declarations; change those, not this. Whatever changes here changes what
others build on: say so in CHANGELOG.md. Every error is an \`AssentError\` with a code of \`errorTable\`, which says whether
trying again helps.
`;

/** The page as the sources have it now. */
export function apiPage() {
  const built = mkdtempSync(join(tmpdir(), "assent-api-"));
  try {
    buildSdk(built);
    const declarations = new Declarations(built);
    const { exports: doors } = JSON.parse(readFileSync(join(built, "client/package.json"), "utf8"));
    const first = declarations.of(join(built, "client", doors["."].types));
    const sections = Object.entries(doors).map(([door, { types }]) => {
      const offered = declarations.of(join(built, "client", types));
      const own = [...offered].filter(([name]) => door === "." || !first.has(name));
      return section(door, own, door !== "." && own.length < offered.size);
    });
    return `${[opening, ...sections].join("\n")}`;
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
}

function section(door, offered, isMore) {
  const name = door === "." ? "@assent/client" : `@assent/client${door.slice(1)}`;
  const entries = offered
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { prose, code }]) => `### ${name}\n\n${prose}\`\`\`ts\n${code}\n\`\`\`\n`);
  const more = isMore ? "Everything of `@assent/client`, and:\n\n" : "";
  return `## ${name}\n\n${more}${entries.join("\n")}`;
}

/** What files of declarations export, followed to where it is declared. */
class Declarations {
  #root;
  #exports = new Map();

  constructor(root) {
    this.#root = root;
  }

  /** Names with the prose and the code of each. */
  of(file) {
    const known = this.#exports.get(file);
    if (known) return known;
    const found = new Map();
    this.#exports.set(file, found);
    const text = readFileSync(file, "utf8");
    const { program, comments } = parseSync(file, text);
    const local = new Map();
    for (const statement of program.body) this.#collect(statement, { file, text, comments, local });
    for (const statement of program.body) this.#export(statement, { file, local, found });
    return found;
  }

  #collect(statement, { file, text, comments, local }) {
    if (statement.type === "ImportDeclaration") {
      const source = this.#resolve(file, statement.source.value);
      for (const { imported, local: name } of statement.specifiers) {
        if (source && imported) local.set(name.name, () => this.of(source).get(imported.name));
      }
      return;
    }
    const declaration = statement.declaration ?? statement;
    const names = declaration.declarations?.map(({ id }) => id.name) ?? [declaration.id?.name];
    for (const name of names) {
      if (name) local.set(name, () => described(statement, text, comments));
    }
  }

  #export(statement, { file, local, found }) {
    if (statement.type === "ExportAllDeclaration") {
      for (const [name, entry] of this.of(this.#resolve(file, statement.source.value))) {
        found.set(name, entry);
      }
    }
    if (statement.type !== "ExportNamedDeclaration") return;
    const { declaration, specifiers, source } = statement;
    const declared = declaration?.declarations?.map(({ id }) => id.name) ?? [declaration?.id?.name];
    for (const name of declared) if (name) found.set(name, local.get(name)());
    const from = source && this.of(this.#resolve(file, source.value));
    for (const { local: inner, exported } of specifiers) {
      const entry = from ? from.get(inner.name) : local.get(inner.name)?.();
      if (!entry) throw new Error(`${exported.name} of ${file} is not found where it should be`);
      found.set(exported.name, entry);
    }
  }

  /** Undefined for libraries, whose own pages say what they offer. */
  #resolve(file, specifier) {
    if (specifier.startsWith(".")) {
      return join(dirname(file), specifier.replace(/\.[jt]s$/, ".d.ts"));
    }
    const [, door] = /^@assent\/protocol(?:\/(.+))?$/.exec(specifier) ?? [];
    if (!specifier.startsWith("@assent/protocol")) return undefined;
    return join(this.#root, "protocol/dist", `${door ?? "index"}.d.ts`);
  }
}

function described(statement, text, comments) {
  const before = comments.findLast(
    ({ type, value, end }) =>
      type === "Block" &&
      value.startsWith("*") &&
      end <= statement.start &&
      text.slice(end, statement.start).trim() === "",
  );
  const code = text
    .slice(statement.start, statement.end)
    .replace(/^export (?:declare )?/, "")
    .replace(/^ *#private;\n/gm, "");
  return { prose: before ? `${proseOf(before.value)}\n\n` : "", code };
}

function proseOf(comment) {
  return comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())
    .join("\n")
    .trim()
    .replace(/(^|\n)@/g, "$1\n@")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/(^|\n)@(\w+)/g, "$1*$2*")
    .trim();
}

if (import.meta.filename === process.argv[1]) writeFileSync(apiFile, apiPage());
