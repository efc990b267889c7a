// Yes and no in a browser: no keeps everything here, a yes can go wrong in many ways and none is a dead end, and a
// changed policy pauses the service until it is answered.
import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { policy } from "@assent/protocol";
import { readConfig, startServer } from "@assent/server";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { codeAt, TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";
import { WebPhone } from "./web-phone.ts";

const number = "+4915123456789";
const builtApp = fileURLToPath(new URL("../../packages/web/dist", import.meta.url));
const browser = await openBrowser();

const apiPaths = (proxy: RecordingProxy) =>
  proxy.items
    .map(({ path }) => path)
    .filter((path) => /^\/(assent|buckets|inbox|outbox)/.test(path));

test("no keeps everything here; nothing pre-ticked, no second question", async (t) => {
  const server = await TestServer.start(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const phone = await WebPhone.open(t, browser, server, { number, origin: watched.origin });
  await phone.start();
  await phone.switch.click();
  const yes = await phone.button(en.turnOnYes).boundingBox();
  const no = await phone.button(en.turnOnNo).boundingBox();
  assert.deepEqual([yes?.width, yes?.height], [no?.width, no?.height]);
  await phone.button(en.turnOnNo).click();
  await phone.page.getByText(en.bannerOff).waitFor();
  await phone.page.reload();
  await phone.page.getByText(en.bannerOff).waitFor();
  assert.equal(await phone.switch.isChecked(), false);
  assert.deepEqual(apiPaths(watched), []);

  // The same eyes see what a yes sends.
  await phone.turnOn();
  assert.ok(apiPaths(watched).length > 0);
  phone.assertNoComplaints();
});

test("a wrong number, a dead line, wrong codes: each says what is wrong, and goes on", async (t) => {
  const server = await TestServer.start(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const phone = await WebPhone.open(t, browser, server, { number, origin: watched.origin });
  await phone.start();
  await phone.switch.click();
  await phone.button(en.turnOnYes).click();
  const numberField = phone.page.getByLabel(en.numberLabel);
  await numberField.fill("12");
  await phone.button(en.sendCode).click();
  await phone.page.getByText(en.numberUnreadable).waitFor();

  watched.cut();
  await numberField.fill(number);
  await phone.button(en.sendCode).click();
  await phone.page.getByText(en.errors.unreachable).waitFor();
  watched.mend();
  await phone.button(en.sendCode).click();

  const codeField = phone.page.getByLabel(en.codeLabel);
  await codeField.waitFor();
  const code = await server.codeFor(number);
  const wrong = code === "123456" ? "654321" : "123456";
  await codeField.fill(wrong);
  await phone.page.getByText(en.errors.code_wrong).waitFor();
  // What was left half-way goes on where it was.
  await phone.page.reload();
  await phone.page.getByText(en.codeTitle).first().waitFor();
  await codeField.fill(code);
  await phone.button(en.done).click();
  await phone.page.getByText(en.bannerOn).waitFor();
});

// As docs/protocol.md has it.
const triesOfACode = 3;

test("too many wrong codes end the code, and another is on offer", async (t) => {
  const server = await TestServer.start(t);
  const phone = await WebPhone.open(t, browser, server, { number });
  await phone.start();
  await phone.switch.click();
  await phone.button(en.turnOnYes).click();
  await phone.page.getByLabel(en.numberLabel).fill(number);
  await phone.button(en.sendCode).click();
  const codeField = phone.page.getByLabel(en.codeLabel);
  await codeField.waitFor();
  const code = await server.codeFor(number);
  const wrong = ["000000", "111111", "222222", "333333", "444444", "555555"];
  for (const guess of wrong.filter((one) => one !== code).slice(0, triesOfACode)) {
    await codeField.fill(guess);
    await phone.page.getByText(en.errors.code_wrong).waitFor();
    await codeField.fill("");
    await phone.page.getByText(en.errors.code_wrong).waitFor({ state: "detached" });
  }
  // The right one comes too late.
  await codeField.fill(code);
  await phone.page.getByText(en.errors.code_expired).waitFor();
  await phone.button(en.codeAgain).click();
  // Sent, and the next one not before a while.
  await phone.page.getByRole("button", { name: /^Another code in/ }).waitFor();
  await codeField.fill(await server.codeFor(number));
  await phone.button(en.done).click();
  await phone.page.getByText(en.bannerOn).waitFor();
});

test("a changed policy pauses the service until it is answered", async (t) => {
  const { server, appFolder } = await serverOfOwnApp(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const phone = await WebPhone.open(t, browser, server, {
    number,
    origin: watched.origin,
    serviceWorker: false,
  });
  await phone.start();
  await phone.turnOn();

  // The same app with other words in its policy.
  const [before, after] = ["Texting works either way.", "Texting works both ways."];
  assert.ok(policy.text.includes(before));
  await replaceInScripts(appFolder, before, after);
  const devtools = await phone.context.newCDPSession(phone.page);
  await devtools.send("Network.clearBrowserCache");
  // What the phone was still about under the former policy ends with its page.
  await phone.page.goto("about:blank");
  const sentBefore = apiPaths(watched).length;
  await phone.page.goto(watched.origin);
  await phone.page.getByText(en.bannerPaused).waitFor();
  assert.equal(apiPaths(watched).length, sentBefore, "nothing leaves before the answer");

  await phone.button(en.bannerRead).click();
  // What is different now is told first; each term is a line, and unfolds.
  await phone.page.getByText(en.whatChanged).waitFor();
  await phone.page.getByText(en.policyChangeOther).waitFor();
  const clause = phone.page.getByRole("listitem").filter({ hasText: "a random device name" });
  assert.equal(await clause.count(), 0);
  await phone.page.getByText(en.willSend, { exact: true }).click();
  await clause.waitFor();
  await phone.button(en.turnOnAgainYes).click();
  await phone.button(en.done).click();
  await phone.page.getByText(en.bannerOn).waitFor();
  // A number can be looked up again.
  await phone.writeTo("+33612345678");
  await phone.box.fill("Hello");
  await phone.routeLine.getByText(en.lineSms, { exact: true }).waitFor();
  assert.ok(apiPaths(watched).length > sentBefore);
  phone.assertNoComplaints();
});

test("turning off without a connection takes effect here, and is finished when there is one", async (t) => {
  const server = await TestServer.start(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const phone = await WebPhone.open(t, browser, server, { number, origin: watched.origin });
  await phone.start();
  await phone.turnOn();
  await phone.keptForOffline();
  watched.cut();
  const sentBefore = apiPaths(watched).length;
  await phone.turnOff();
  await phone.page.getByText(en.turnOffWaiting).waitFor();
  watched.mend();
  // The device says that it is connected again.
  await phone.page.evaluate("dispatchEvent(new Event('online'))");
  await phone.page.getByText(en.receiptSigned).waitFor();
  const sent = apiPaths(watched).slice(sentBefore);
  assert.ok(sent.length > 0);
  assert.ok(
    sent.every((path) => path === "/assent.v1.AccountService/DeleteAccount"),
    sent.join(" "),
  );
});

/** A service whose app is a copy that the test may change. */
async function serverOfOwnApp(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "assent-own-app-"));
  const appFolder = join(folder, "app");
  await cp(builtApp, appFolder, { recursive: true });
  // What was compressed before the change must not be served instead.
  for (const name of await readdir(appFolder, { recursive: true })) {
    if (/\.(br|gz)$/.test(name)) await rm(join(appFolder, name));
  }
  const options = { data: join(folder, "data"), port: 0, sms: "fake", logLevel: "fatal" };
  const running = await startServer(readConfig({ ...options, appDirectory: appFolder }, {}));
  t.after(async () => {
    await running.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { server: { origin: running.origin, codeFor: codeAt(running.origin) }, appFolder };
}

async function replaceInScripts(folder: string, before: string, after: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith(".js")) continue;
    const text = await readFile(join(folder, name), "utf8");
    if (text.includes(before)) await writeFile(join(folder, name), text.replaceAll(before, after));
  }
}
