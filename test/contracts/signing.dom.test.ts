// Signatures in a browser: it judges hostile keys and points as Node does, since this client refuses them itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesFromHex, verify } from "@assent/protocol";
import { newContext, openBrowser, serveScript } from "../browser.ts";
import vectors from "../vectors/ed25519-points/vectors.json" with { type: "json" };

const origin = await serveScript(new URL("./signing.page.dom.ts", import.meta.url));
const browser = await openBrowser();

test("both platforms judge every signature alike, as the contract says", async (t) => {
  const page = await (await newContext(t, browser)).newPage();
  await page.goto(`${origin}/`);
  await page.waitForFunction("globalThis.judge");
  const verdicts = await page.evaluate<{ byUs: boolean; byBrowser: boolean }[]>(
    `judge(${JSON.stringify(vectors)})`,
  );
  assert.equal(verdicts.length, vectors.length);
  for (const [index, vector] of vectors.entries()) {
    const name = `${vector.group}: ${vector.name}`;
    const byNode = await verify(
      bytesFromHex(vector.publicKey),
      "request",
      bytesFromHex(vector.message),
      bytesFromHex(vector.signature),
    );
    assert.equal(verdicts[index]?.byUs, byNode, name);
    assert.equal(byNode, vector.holds, name);
  }
  const takenAlone = vectors.filter(({ holds }, index) => !holds && verdicts[index]?.byBrowser);
  t.diagnostic(`Chromium ${browser.version()} alone takes ${takenAlone.length} that do not hold`);
  for (const { group, name } of takenAlone) assert.match(group, /small order/, name);
});
