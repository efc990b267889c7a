// Which addresses of services an owner may write. What is one, the protocol says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { serverOriginOf } from "./server-origin.ts";

test("an address is an origin, however it is written, and what is none is refused", () => {
  assert.equal(serverOriginOf("https://Assent.Example:443/"), "https://assent.example");
  assert.equal(serverOriginOf("http://127.1:8080/"), "http://127.0.0.1:8080");
  for (const written of ["http://assent.example", "https://assent.example/path", ""])
    assert.throws(() => serverOriginOf(written), { code: "server_invalid" }, written);
});
