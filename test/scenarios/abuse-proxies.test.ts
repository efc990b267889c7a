// The proxies of deploy/, as Debian packages them: what must pass them does, and a flood from one address behind them brakes
// that address alone.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../drills/abuse/behind-proxy.ts", import.meta.url));

/** Why it cannot be tried here; false where it can. */
function missing(...programs: readonly string[]): string | false {
  const lacking = programs.filter((program) => spawnSync("which", [program]).status !== 0);
  if (lacking.length > 0) return `there is no ${lacking.join(", ")}`;
  const own = spawnSync("unshare", ["-rn", "true"]);
  return own.status === 0 ? false : "no network of its own can be made";
}

for (const proxy of ["nginx", "caddy"]) {
  const needs = ["unshare", "ip", proxy, ...(proxy === "nginx" ? ["openssl"] : [])];
  test(`${proxy} passes what must pass, and a flood brakes one address alone`, {
    skip: missing(...needs),
  }, () => {
    const { stdout, stderr, status } = spawnSync(
      "unshare",
      ["-rn", process.execPath, script, proxy],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
    const { braked, ...found } = JSON.parse(stdout) as { braked: number };
    assert.deepEqual(found, {
      health: 200,
      strictTransport: ["max-age=31536000"],
      strictTransportOfService: null,
      registered: 200,
      messagesThroughProxy: 404,
      messagesOnThisMachine: 200,
      flooding: 429,
      other: 200,
    });
    assert.ok(braked >= 100, `${braked} of the flood were braked`);
  });
}
