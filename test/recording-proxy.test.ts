// What stands between phones and service in tests breaks as a line does: both ends of it.
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { test } from "node:test";
import { RecordingProxy } from "./recording-proxy.ts";

test("a connection that breaks behind it is broken in front of it", {
  timeout: 60_000,
}, async (t) => {
  const breaking = createServer((socket) => socket.resetAndDestroy()).listen(0, "127.0.0.1");
  t.after(() => breaking.close());
  await once(breaking, "listening");
  const { port } = breaking.address() as AddressInfo;
  const proxy = await RecordingProxy.start(t, `http://127.0.0.1:${port}`);
  const client = connect(Number(new URL(proxy.origin).port), "127.0.0.1");
  t.after(() => client.destroy());
  // A browser keeps one ready before it asks for anything.
  await once(client, "close");
});
