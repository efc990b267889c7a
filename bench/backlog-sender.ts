// Sends many texts by the SDK of a tree, its own or another's: node bench/backlog-sender.ts TREE PROFILE NUMBER COUNT.
import { join } from "node:path";

/** What is used of the SDK's door, in any revision of it. */
interface Sender {
  /** Of the texts, since there is a door to them; of the profile, before. */
  readonly texts?: Texts & { flush(): Promise<void> };
  readonly send?: Texts["send"];
  close(): Promise<void>;
}

interface Texts {
  send(number: string, text: string): Promise<unknown>;
}

const [tree = "", folder = "", number = "", count = ""] = process.argv.slice(2);
const { openNodeProfile } = await import(join(tree, "packages/client/src/index.node.ts"));
const profile: Sender = await openNodeProfile(folder);
for (let index = 0; index < Number(count); index += 1) {
  const text = `A short text, number ${index}.`;
  await (profile.texts?.send(number, text) ?? profile.send?.(number, text));
}
await profile.texts?.flush();
await profile.close();
