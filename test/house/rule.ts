// What a house rule is, and what several of them ask of a source.
import { type Import, resolve, type Source } from "../source-tree.ts";

export interface Rule {
  readonly title: string;
  /** What is wrong, one line for each place. */
  readonly faults: (sources: readonly Source[]) => string[];
  /** Each breaks the rule by itself: path and text of its files. */
  readonly broken: readonly Readonly<Record<string, string>>[];
  /** What comes close to breaking it, and does not. */
  readonly kept: Readonly<Record<string, string>>;
}

export const isTest = (path: string) => path.endsWith(".test.ts");

export function eachImport(
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

/** The package of ours that a specifier means. The command line's is published as `assent`. */
export function ours(specifier = ""): string | undefined {
  return /^assent(\/|$)/.test(specifier) ? "cli" : /^@assent\/([^/]+)/.exec(specifier)?.[1];
}

/** The sources that the one at this path loads, itself included. */
export function reach(
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
