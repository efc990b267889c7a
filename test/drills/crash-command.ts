// `npm run drill:crash`: the long setting of the crash drill.
import { test } from "node:test";
import { parseArgs } from "node:util";
import { newPhones, TestServer } from "../network.ts";
import { crashDrill } from "./crash.ts";

const { values } = parseArgs({
  options: { texts: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
});

test(`crash drill, ${values.texts} texts, seed ${values.seed}`, async (context) => {
  const server = await TestServer.start(context);
  const [sender, recipient] = await newPhones(context, "+4915123456789", "+33612345678");
  if (!sender || !recipient) throw new Error("no phones");
  const result = await crashDrill({
    server,
    sender,
    recipient,
    texts: Number(values.texts),
    seed: Number(values.seed),
    progress: (line) => context.diagnostic(line),
  });
  context.diagnostic(JSON.stringify(result));
});
