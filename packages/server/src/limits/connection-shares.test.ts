// Connections by network, made up: on loopback there is only one.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { shareConnections } from "./connection-shares.ts";

class MadeUpConnection extends EventEmitter {
  readonly remoteAddress: string;
  isEnded = false;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.isEnded = true;
    this.emit("close");
  }
}

test("one network has half of the connections, a proxy and this machine have what they need", () => {
  const server = new EventEmitter();
  const isTrustedProxy = (address = "") => address === "10.0.0.1";
  shareConnections(server, { mostConnections: 100, isTrustedProxy });
  const come = (address: string, times: number) =>
    Array.from({ length: times }, () => {
      const connection = new MadeUpConnection(address);
      server.emit("connection", connection);
      return connection;
    }).filter(({ isEnded }) => !isEnded);
  const attacker = come("203.0.113.9", 1_000);
  assert.equal(attacker.length, 50);
  assert.equal(come("203.0.113.77", 10).length, 0, "of the same network");
  assert.equal(come("2001:db8::1", 10).length, 10);
  assert.equal(come("10.0.0.1", 1_000).length, 1_000);
  assert.equal(come("127.0.0.1", 40).length, 40);
  assert.equal(come("198.51.100.1", 1).length, 0, "all are taken");
  for (const connection of attacker) connection.destroy();
  assert.equal(come("198.51.100.1", 10).length, 10);
});
