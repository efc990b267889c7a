// A start that fails leaves nothing behind that goes on.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { test } from "node:test";
import { startTestServer } from "./server-for-tests.ts";

test("where the port is taken, the SMS provider is let go again", async (context) => {
  const smsc = createServer();
  smsc.listen(0, "127.0.0.1");
  await once(smsc, "listening");
  context.after(() => smsc.close());
  const address = smsc.address();
  assert.ok(address && typeof address === "object");
  const connected = once(smsc, "connection");
  const options = { sms: `smpp://assent@127.0.0.1:${address.port}`, port: address.port };
  await assert.rejects(startTestServer(context, options), { code: "EADDRINUSE" });
  const [socket] = (await connected) as [Socket];
  context.after(() => socket.destroy());
  socket.resume();
  await once(socket, "close");
});
