// Which addresses of services are taken, as what, and which of them programs may give each other as they stand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "./limits.ts";
import { areServiceOrigins, isServiceOrigin, serviceOriginOf } from "./service-origin.ts";

/** What is written, and the origin it is. */
const taken: Readonly<Record<string, string>> = {
  "https://assent.example": "https://assent.example",
  "https://assent.example/": "https://assent.example",
  "https://assent.example:443": "https://assent.example",
  "https://Assent.Example:443/": "https://assent.example",
  "https://assent.example:8443": "https://assent.example:8443",
  "http://127.0.0.1:8080": "http://127.0.0.1:8080",
  "http://127.1:8080": "http://127.0.0.1:8080",
  "http://localhost:8080": "http://localhost:8080",
  "http://anna.localhost": "http://anna.localhost",
  "http://[::1]:8080": "http://[::1]:8080",
};

const refused = [
  "http://assent.example",
  "http://192.168.0.2:8080",
  "http://localhost.example",
  "http://127.0.0.1.example",
  "http://128.0.0.1",
  "https://assent.example/path",
  "https://assent.example/?a",
  "https://assent.example/#a",
  "https://owner@assent.example",
  "https://:secret@assent.example",
  "ftp://assent.example",
  "wss://assent.example",
  "assent.example",
  "https://",
  "null",
  "",
];

test("https, or http on this machine, and an origin alone", () => {
  for (const [written, origin] of Object.entries(taken))
    assert.equal(serviceOriginOf(written), origin, written);
  for (const written of refused) assert.equal(serviceOriginOf(written), undefined, written);
});

test("among programs it is written in one way", () => {
  for (const [written, origin] of Object.entries(taken)) {
    assert.ok(isServiceOrigin(origin), origin);
    assert.equal(isServiceOrigin(written), written === origin, written);
  }
  for (const written of refused) assert.ok(!isServiceOrigin(written), written);
});

test("a cell has so many, and each is one", () => {
  const many = Array.from({ length: limits.origins + 1 }, (_, index) => `https://${index}.example`);
  assert.ok(areServiceOrigins(many.slice(1)));
  assert.ok(!areServiceOrigins(many));
  assert.ok(!areServiceOrigins(["https://a.example", "https://b.example/"]));
  assert.ok(areServiceOrigins([]));
});
