// The commands of a page's numbered steps, as somebody types them who reads it.
import { readFile } from "node:fs/promises";

/** What it names in its sentences, once each, without what may be left out; not what stands for several of them. */
export async function commandsNamed(page: URL, beginning: string): Promise<string[]> {
  const spans = [...(await readFile(page, "utf8")).matchAll(/`([^`\n]+)`/g)];
  const named = spans.map(([, span = ""]) => span.replace(/ \[[^\]]*\]/g, ""));
  const commands = [...new Set(named.filter((span) => span.startsWith(beginning)))];
  return commands.filter((one) => !commands.some((other) => other.startsWith(`${one} `)));
}

/** @param heading of the section, as it stands there */
export async function stepsOf(page: URL, heading: string): Promise<string[]> {
  const text = await readFile(page, "utf8");
  const at = text.indexOf(`\n## ${heading}\n`);
  if (at < 0) throw new Error(`no section ${heading}`);
  const end = text.indexOf("\n## ", at + 1);
  const section = text.slice(at, end < 0 ? undefined : end);
  return [...section.matchAll(/^ *(?:\d+\. )?```sh\n([\s\S]*?)^ *```$/gm)].map(
    ([, commands = ""]) => commands.replace(/^ {3}/gm, ""),
  );
}
