// Who runs the service, in the app: a word that it comes after the yes, then what they say, apart from what the app says.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";
import { WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const browser = await openBrowser();

test("who runs it is asked for after the yes, named right after it, and in the settings from then on", async (t) => {
  const environment: Record<string, string> = {
    ASSENT_NAME: "<b>خدمة</b> of the library",
    ASSENT_IMPRINT: "Library association\nlibrary@assent.example",
  };
  const server = await TestServer.start(t, { transport: "fake", environment });
  const watched = await RecordingProxy.start(t, server.origin);
  const phone = await WebPhone.open(t, browser, server, { number, origin: watched.origin });
  const { page } = phone;
  const wasAsked = () => watched.items.some(({ path }) => path.endsWith("/GetParameters"));
  await phone.start();
  await page.goto(`${watched.origin}/#/settings`);
  await page.getByText(en.settingsAboutHint).waitFor();
  assert.equal(await page.getByText(en.operatorTitle).count(), 0);
  await page.goto(`${watched.origin}/#/`);
  await phone.switch.click();
  await page.getByText(en.operatorAfterYes).waitFor();
  assert.ok(!wasAsked());

  await phone.button(en.turnOnYes).click();
  await page.getByLabel(en.numberLabel).fill(number);
  await phone.button(en.sendCode).click();
  await page.getByLabel(en.codeLabel).waitFor();
  await page.getByLabel(en.codeLabel).fill(await server.codeFor(number));
  await page.getByRole("link", { name: en.operatorTitle }).click();
  assert.ok(wasAsked());
  await page.getByText(environment["ASSENT_NAME"] ?? "", { exact: true }).waitFor();
  const imprint = page.getByText("Library association");
  assert.equal(await imprint.innerText(), environment["ASSENT_IMPRINT"]);
  assert.equal(await page.getByText(en.operatorSupplement).count(), 0);

  const beside = join(server.folder, "..", "beside.txt");
  await writeFile(beside, "Backups are kept for two weeks.\n");
  environment["ASSENT_POLICY_SUPPLEMENT"] = beside;
  await server.stop();
  await server.start();
  await page.reload();
  await page.getByText(en.operatorSupplement).waitFor();
  await page.getByText("Backups are kept for two weeks.").waitFor();
});
