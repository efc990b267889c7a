// Who is kept out when many come: never who has an account, and nobody by one network alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type SocketPlace, SocketPlaces } from "./socket-places.ts";

function flood(places: SocketPlaces, kind: "outbox" | "inbox", peer: string, times: number) {
  const taken = Array.from({ length: times }, () => places.take(kind, peer));
  return taken.filter((place) => place !== undefined);
}

test("idle outboxes of one address leave as many places to others, and all to inboxes", () => {
  const places = new SocketPlaces(1_000);
  assert.equal(flood(places, "outbox", "203.0.113.9", 993).length, 250);
  assert.equal(flood(places, "outbox", "203.0.113.10", 10).length, 0, "of the same network");
  assert.equal(flood(places, "inbox", "203.0.113.11", 10).length, 0, "which says nothing yet");
  assert.equal(flood(places, "outbox", "198.51.100.1", 100).length, 100);
  // From any number of networks: half of all.
  for (let network = 0; network < 200; network += 1) {
    flood(places, "outbox", `10.0.${network}.1`, 1_000);
  }
  assert.equal(places.open.outboxes, 500);
  assert.equal(places.take("outbox", "192.0.2.1"), undefined);
});

test("who was let in is no stranger: seven in eight of all sockets can be phones that listen", () => {
  const places = new SocketPlaces(1_000);
  const inboxes: SocketPlace[] = [];
  let letIn = 0;
  for (let phone = 0; phone < 1_000; phone += 1) {
    const place = places.take("inbox", "203.0.113.9");
    if (!place) break;
    inboxes.push(place);
    if (places.becomeKnown(place)) letIn += 1;
    else places.leave(place);
  }
  assert.equal(letIn, 875, "one village behind one address");
  assert.deepEqual(places.open, { outboxes: 0, inboxes: 875, unknown: 0 });
  assert.ok(flood(places, "outbox", "192.0.2.1", 100).length > 50, "and texts can still be sent");
  for (const place of [...inboxes, ...inboxes]) places.leave(place);
  assert.equal(places.open.inboxes, 0);
  const [outbox] = flood(places, "outbox", "192.0.2.2", 1);
  assert.equal(outbox && places.becomeKnown(outbox), false);
});
