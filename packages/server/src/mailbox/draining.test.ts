// Sockets that are drained and let in again: those that were told to go are cut off in time, and nobody who came since.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "@assent/bare-phone";
import { serveEdge } from "./edge-for-tests.ts";

const graceMs = 10_000;

test("who is let in again during a drain stays; who was told to go and does not, is cut off", async (context) => {
  const { sockets, ...server } = await serveEdge(context);
  const polite = await connect(server, "/outbox");
  const deaf = await connect(server, "/outbox");
  deaf.webSocket.pause();
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const drained = sockets.drain(graceMs);
  assert.equal(await polite.closed, 1012);
  await assert.rejects(connect(server, "/outbox"), /503/);
  sockets.undrain();
  const later = await connect(server, "/outbox");
  context.mock.timers.tick(graceMs);
  context.mock.timers.reset();
  await drained;
  const answered = new Promise((resolve) =>
    later.webSocket.once("pong", () => resolve("answered")),
  );
  later.webSocket.ping();
  assert.equal(await Promise.race([answered, later.closed]), "answered");
  assert.equal(sockets.open().outboxes, 1);
});

test("a drain of nobody is over at once", async (context) => {
  const { sockets } = await serveEdge(context);
  await sockets.drain(graceMs);
});
