// A program that shares its profile comes to its end, whatever those who asked it do with the answer.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { answerOthers, askOther } from "./profile-socket.ts";
import { writeAsking } from "./requests.ts";

const asking = { request: { command: "ledger" }, asJson: true, timeZone: "UTC" } as const;
/** More than any system holds for who does not read. */
const long = "x".repeat(16 * 1024 * 1024);

async function sharing(context: TestContext, answer: string, untakenMs?: number) {
  const folder = await mkdtemp(join(tmpdir(), "assent-socket-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const begun = Promise.withResolvers<void>();
  const perform = async (_: unknown, { out }: { out(text: string): void }) => {
    begun.resolve();
    out(answer);
    return 0;
  };
  const answering = await answerOthers(folder, perform, { untakenMs });
  const asker = async (): Promise<Socket> => {
    const socket = connect(join(folder, "profile.sock"));
    context.after(() => socket.destroy());
    await once(socket, "connect");
    return socket;
  };
  return { folder, answering, asker, begun: begun.promise };
}

test("who asks nothing keeps it from nothing", async (context) => {
  const { folder, answering, asker } = await sharing(context, "done");
  await asker();
  // The control: others are answered meanwhile.
  const said: string[] = [];
  const streams = { out: (text: string) => void said.push(text), error: assert.fail };
  assert.equal(await askOther(folder, asking, streams), 0);
  assert.deepEqual(said, ["done"]);
  await answering.close();
});

test("nor does who asked and does not take the answer, for longer than a while", async (context) => {
  const { answering, asker } = await sharing(context, long, 0);
  const socket = await asker();
  socket.write(`${writeAsking(asking)}\n`);
  // The first of it came: it is answered. The rest is left where it is.
  await once(socket, "readable");
  await answering.close();
});

test("who takes the answer has all of it", async (context) => {
  const { folder, answering, begun } = await sharing(context, long);
  let taken = 0;
  const streams = {
    out: (text: string) => {
      taken += text.length;
    },
    error: assert.fail,
  };
  const asked = askOther(folder, asking, streams);
  await begun;
  await Promise.all([asked, answering.close()]);
  assert.deepEqual([await asked, taken], [0, long.length]);
});
