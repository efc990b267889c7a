// The source files of this repository, parsed: what each imports and names, and, apart from that, what its comments
// say: they are no part of a syntax tree.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "oxc-parser";

export interface Import {
  /** Undefined when only running the code could tell. */
  readonly specifier: string | undefined;
  readonly kind: "static" | "dynamic" | "erased";
  readonly line: number;
}

export interface Source {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Every identifier, and every string that is one: `globalThis["name"]` names it too. */
  readonly names: ReadonlyMap<string, number>;
  readonly comments: readonly Comment[];
}

export interface Comment {
  readonly text: string;
  readonly line: number;
}

/** All but what is generated or installed. */
export function readTree(): Source[] {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  return globSync(
    "{packages,proto,scripts,test,bench}/**/*.{ts,tsx,mts,js,mjs,css,html,proto,sh}",
    {
      cwd,
      exclude: (path) => ["node_modules", "generated", "dist"].includes(basename(path)),
    },
  )
    .sort()
    .map((path) =>
      parseSource(path.replaceAll("\\", "/"), readFileSync(posix.join(cwd, path), "utf8")),
    );
}

/** @throws AssertionError for what is not TypeScript or JavaScript and is called so. */
export function parseSource(path: string, text: string): Source {
  const imports: Import[] = [];
  const names = new Map<string, number>();
  // Of other languages all counts as said.
  if (!/\.(ts|tsx|mts|js|mjs)$/.test(path))
    return { path, text, imports, names, comments: [{ text, line: 1 }] };

  const { program, comments, errors } = parseSync(path, text);
  assert.deepEqual(errors, [], `${path} can be parsed`);
  const line = (offset: number) => text.slice(0, offset).split("\n").length;
  const imported = (source: { value: unknown; start: number }, kind: Import["kind"]) =>
    imports.push({ specifier: String(source.value), kind, line: line(source.start) });
  // Only `import type` is erased: `import { type X }` still loads the module.
  const erasable = (kind: "type" | "value" | null | undefined) =>
    kind === "type" ? "erased" : "static";
  const name = (text: string, offset: number) => {
    if (!names.has(text)) names.set(text, line(offset));
  };
  new Visitor({
    ImportDeclaration: (node) => imported(node.source, erasable(node.importKind)),
    ExportAllDeclaration: (node) => imported(node.source, erasable(node.exportKind)),
    ExportNamedDeclaration: (node) => {
      if (node.source) imported(node.source, erasable(node.exportKind));
    },
    TSImportType: (node) => imported(node.source, "erased"),
    ImportExpression: ({ source, start }) => {
      if (source.type === "Literal") imported(source, "dynamic");
      else imports.push({ specifier: undefined, kind: "dynamic", line: line(start) });
    },
    Identifier: (node) => name(node.name, node.start),
    Literal: (node) => {
      if (typeof node.value === "string") name(node.value, node.start);
    },
    TemplateElement: (node) => name(node.value.cooked ?? "", node.start),
  }).visit(program);
  return {
    path,
    text,
    imports,
    names,
    comments: comments.map(({ value, start }) => ({ text: value, line: line(start) })),
  };
}

/** The path that a relative specifier means in this source. */
export function resolve(source: Source, specifier: string): string {
  return posix.join(posix.dirname(source.path), specifier);
}

export function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(path)?.[1];
}
