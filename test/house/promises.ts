// What docs/ and the README promise: each row of the threat model that says what somebody cannot do, and each sentence
// elsewhere with cannot, never or always in it, is held by tests that docs/what-holds.md names; or it promises nothing, and
// that page says why.

export interface Pages {
  /** By their paths, such as "docs/privacy.md". */
  readonly [path: string]: string;
}

export const registerPage = "docs/what-holds.md";
export const threatModel = "docs/threat-model.md";
export const pagesOfSentences = [
  threatModel,
  "docs/privacy.md",
  "docs/protocol.md",
  "docs/operating.md",
  "docs/sms.md",
  "README.md",
];

/** A sentence that promises nothing: it says what is not protected, or what a word means, or is shown to people. */
const noPromises = new Set(["weakness", "meaning", "message"]);
const promising = /\b(cannot|never|always)\b/i;

/** One line for each fault. @param testNamesIn of a file, by its path; undefined where there is none. */
export function brokenPromises(
  pages: Pages,
  testNamesIn: (path: string) => readonly string[] | undefined,
): string[] {
  const register = pages[registerPage] ?? "";
  const tests = new Map<string, { path: string; name: string }>();
  const sentences: { page: string; words: string; heldBy: string }[] = [];
  for (const [first = "", second = "", third = ""] of rowsOf(register)) {
    if (second.startsWith("`")) tests.set(first, { path: unquoted(second), name: third });
    else sentences.push({ page: unquoted(first), words: second, heldBy: third });
  }
  const faults: string[] = [];
  const named = new Set<string>();
  const requireHeld = (where: string, heldBy: string, mayPromiseNothing: boolean) => {
    const names = heldBy.split(",").map((name) => name.trim());
    for (const name of names) {
      if (mayPromiseNothing && noPromises.has(name)) continue;
      if (tests.has(name)) named.add(name);
      else faults.push(`${where}: nothing is called "${name}" in ${registerPage}`);
    }
  };

  for (const [can, cannot, heldBy] of rowsOf(pages[threatModel] ?? "")) {
    if (cannot) requireHeld(`${threatModel}: "${can}"`, heldBy ?? "", false);
  }
  for (const { page, words, heldBy } of sentences) {
    requireHeld(`${registerPage}: "${words}"`, heldBy, true);
    const isSaid = sentencesOf(page, pages[page] ?? "").some((one) => one.includes(words));
    if (!isSaid) faults.push(`${page} does not say "${words}" in one sentence with such a word`);
  }
  for (const page of pagesOfSentences) {
    for (const sentence of sentencesOf(page, pages[page] ?? "")) {
      const isListed = sentences.some((one) => one.page === page && sentence.includes(one.words));
      if (!isListed) faults.push(`${page}: nothing is said to hold "${sentence}"`);
    }
  }
  for (const [name, { path, name: testName }] of tests) {
    if (!named.has(name)) faults.push(`${registerPage}: nothing is held by ${name}`);
    if (!testNamesIn(path)?.includes(testName)) {
      faults.push(`${registerPage}: no test "${testName}" in ${path}`);
    }
  }
  return faults;
}

/** The tests of a source, by the names that stand in it: with their placeholders, where they have some. */
export function testNamesOf(source: string): string[] {
  const found = source.matchAll(/\btest\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g);
  return [...found].map(([, , name = ""]) => name.replaceAll(/\\(.)/g, "$1"));
}

/** Cells of all tables but their heads. */
function rowsOf(page: string): string[][] {
  const lines = withoutCode(page).split("\n");
  return lines
    .filter((line, index) => {
      const isHead = /^\|[\s|:-]+\|$/.test(lines[index + 1] ?? "");
      return line.startsWith("|") && !isHead && !/^\|[\s|:-]+\|$/.test(line);
    })
    .map((line) =>
      line
        .replace(/^\||\|\s*$/g, "")
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** With such a word in it; each cell of a table is one. Rows of the threat model are looked at as rows. */
function sentencesOf(path: string, page: string): string[] {
  const isRow = (line: string) => line.startsWith("|");
  const lines = withoutCode(page).split("\n");
  const prose = lines
    .map((line) =>
      isRow(line) || line.startsWith("#") ? "" : line.replace(/^\s*(?:[-*]|\d+\.)\s+/, "\n"),
    )
    .join("\n")
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, " ").trim())
    .flatMap((paragraph) => paragraph.split(/(?<=[.!?:;])\s+(?=["'*`(\w])/));
  const cells =
    path === threatModel
      ? []
      : rowsOf(page)
          .filter((row) => !isError(row))
          .flat();
  return [...prose, ...cells.filter((cell) => cell !== "never")].filter((one) =>
    promising.test(one),
  );
}

/** Of the tables of errors, which other tests hold to the contract: code, retry, what people read. */
function isError([code = "", retry = ""]: readonly string[]): boolean {
  return /^`\w+`$/.test(code) && /^(never|later|ask|after-consent)$/.test(retry);
}

function withoutCode(page: string): string {
  return page.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

function unquoted(cell: string): string {
  return cell.replaceAll("`", "");
}
