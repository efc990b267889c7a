// Which addresses of services are taken, and as what.
import assert from "node:assert/strict";
import { test } from "node:test";
import { serverOriginOf } from "./server-origin.ts";

const taken: Readonly<Record<string, string>> = {
  "https://assent.example": "https://assent.example",
  "https://Assent.Example:443/": "https://assent.example",
  "https://assent.example:8443": "https://assent.example:8443",
  "http://127.0.0.1:8080": "http://127.0.0.1:8080",
  "http://127.1:8080/": "http://127.0.0.1:8080",
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
  "assent.example",
  "https://",
  "",
];

test("https, or http on this machine, and an origin alone", () => {
  for (const [written, origin] of Object.entries(taken))
    assert.equal(serverOriginOf(written), origin, written);
  for (const written of refused)
    assert.throws(() => serverOriginOf(written), { code: "server_invalid" }, written);
});
