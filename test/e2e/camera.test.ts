// Verifying by the camera: Chromium's pretended one shows a film, one person's of other codes, the other's of the right one.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import encodeQR from "qr";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { looked } from "./looked.ts";
import { WebPhone } from "./web-phone.ts";

const [side, framesEach] = [480, 15];
const [dark, light, grey] = [60, 220, 128];

const folder = await mkdtemp(join(tmpdir(), "assent-camera-"));
after(() => rm(folder, { recursive: true }));
const [annasFilm, bensFilm] = [join(folder, "anna.y4m"), join(folder, "ben.y4m")];
const annasBrowser = await browserSeeing(annasFilm);
const bensBrowser = await browserSeeing(bensFilm);

test("the code on the other screen verifies, another one warns, and a camera that is refused says so", async (t) => {
  const server = await TestServer.start(t);
  const anna = await WebPhone.open(t, annasBrowser, server, { number: "+4915123456789" });
  const ben = await WebPhone.open(t, bensBrowser, server, { number: "+33612345678" });
  for (const phone of [anna, ben]) {
    await phone.start();
    await phone.turnOn();
  }
  await anna.writeTo(ben.number);
  await anna.send("Hello Ben");
  await ben.page.getByRole("link", { name: /Hello Ben/ }).click();
  await ben.answerRequest();

  const groups = await openedToVerify(anna);
  assert.deepEqual(await openedToVerify(ben), groups);
  await anna.button(en.verifyCamera).click();
  await anna.page.getByText(en.verifyCameraRefused).waitFor();
  await looked(anna.page, "a camera that was refused");
  for (const phone of [anna, ben])
    await phone.context.grantPermissions(["camera"], { origin: server.origin });
  await anna.button(en.verifyCamera).click();
  await anna.page.locator("video").waitFor();
  await looked(anna.page, "a camera that looks");
  await anna.button(en.verifyCameraStop).click();
  await filmed(annasFilm, ["https://example.com/no-safety-number", groups.toReversed().join("")]);
  await filmed(bensFilm, [groups.join("")]);
  await anna.button(en.verifyCamera).click();
  await anna.page.getByText(en.verifyDifferent).waitFor();
  await looked(anna.page, "another code");
  await ben.button(en.verifyCamera).click();
  await ben.page.getByText(en.verified, { exact: true }).waitFor();

  // The other phone knows nothing of it, though it has what was sent since, and neither camera is left on.
  await ben.writeTo(anna.number);
  await ben.send("Verified you");
  await anna.page.getByRole("link", { name: /Verified you/ }).waitFor();
  assert.equal(await anna.page.getByText(en.verified, { exact: true }).count(), 0);
  for (const { page } of [anna, ben]) assert.equal(await page.locator("video").count(), 0);
  anna.assertNoComplaints();
  ben.assertNoComplaints();
});

async function browserSeeing(film: string) {
  // Without a film there is no camera either.
  await filmed(film, ["nothing yet"]);
  const camera = [
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${film}`,
  ];
  return openBrowser(camera);
}

/** The digits on the screen. */
async function openedToVerify({ page }: WebPhone): Promise<string[]> {
  await page.evaluate("location.hash += '/verify'");
  await page.getByText(en.verifyHow).waitFor();
  return page.locator(".safety-digits li").allTextContents();
}

/** Codes, one after the other and from the beginning again: grey, as on a screen (YUV4MPEG2). */
async function filmed(film: string, codes: readonly string[]): Promise<void> {
  const head = `YUV4MPEG2 W${side} H${side} F30:1 Ip A1:1 C420jpeg\n`;
  const pictures = codes.flatMap((code) => Array<Buffer>(framesEach).fill(pictureOf(code)));
  await writeFile(film, Buffer.concat([Buffer.from(head), ...pictures]));
}

function pictureOf(code: string): Buffer {
  const rows = encodeQR(code, "raw", { border: 4 });
  const module = Math.floor(side / rows.length);
  const luma = Buffer.alloc(side * side, light);
  for (let y = 0; y < module * rows.length; y += 1) {
    const row = rows[Math.floor(y / module)] ?? [];
    for (const [x, isDark] of row.entries()) {
      const start = y * side + x * module;
      if (isDark) luma.fill(dark, start, start + module);
    }
  }
  return Buffer.concat([Buffer.from("FRAME\n"), luma, Buffer.alloc((side * side) / 2, grey)]);
}
