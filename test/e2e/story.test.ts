// The whole story of two people in two browsers: welcome, contacts, on, code, text both ways, offline and back,
// reload, the ledger against what the network saw, off, the receipt, and the other is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";
import { type LedgerFileItem, readLedgerFile, sha256Of, WebPhone } from "./web-phone.ts";

const annasNumber = "+4915123456789";
const bensNumber = "+33612345678";
const card = `BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ben Carter\r\nTEL:${bensNumber}\r\nEND:VCARD\r\n`;

const browser = await openBrowser();

test("two people turn on, text, lose the connection, read the ledger, and one leaves", async (t) => {
  const server = await TestServer.start(t);
  const watched = await RecordingProxy.start(t, server.origin);
  const anna = await WebPhone.open(t, browser, server, {
    number: annasNumber,
    origin: watched.origin,
  });
  const ben = await WebPhone.open(t, browser, server, { number: bensNumber, width: 390 });

  await anna.importContacts(card);
  await anna.start();
  assert.deepEqual(apiItemsOf(watched), [], "before yes, only the app itself was fetched");
  await anna.turnOn();
  await ben.start();
  await ben.turnOn();

  await anna.writeTo("Ben");
  await anna.box.fill("Hello");
  await anna.routeLine.getByText(en.linePrivate, { exact: true }).waitFor();
  await anna.send("Hello Ben");
  await ben.page.getByRole("link", { name: /Hello Ben/ }).click();
  await ben.text("Hello Ben").waitFor();
  await ben.answerRequest();
  await ben.send("Hello Anna");
  await anna.text("Hello Anna").waitFor();
  await anna.page.getByText(en.stateDelivered).waitFor();
  // What she noted for it has gone out, and nothing is on its way when the line is cut.
  await ben.page.getByText(en.stateDelivered).waitFor();

  // Offline: what is written waits, and says so; the app opens and reads; back online it goes out.
  await anna.keptForOffline();
  watched.cut();
  await anna.send("Written in a tunnel");
  await anna.page.getByText(en.stateWaiting).waitFor();
  await anna.page.getByText(en.bannerOffline).waitFor();
  await anna.page.reload();
  await anna.text("Hello Anna").waitFor();
  watched.mend();
  // The device says that it is connected again: otherwise the pause before the next try may be long by now.
  await anna.page.evaluate("dispatchEvent(new Event('online'))");
  await ben.text("Written in a tunnel").waitFor();
  await anna.page.reload();
  await anna.text("Written in a tunnel").waitFor();

  // What left, as the owner reads it, is what the network saw.
  await anna.turnOff();
  await anna.page.getByText(en.receiptSigned).waitFor();
  const noted = readLedgerFile(await anna.exportLedger()).map(nameOf);
  for (const item of apiItemsOf(watched)) {
    const index = noted.indexOf(item);
    assert.ok(index >= 0, `${item} went out and does not stand in the ledger`);
    noted.splice(index, 1);
  }
  // What is noted is noted before it is sent: attempts to connect while the line was dead got no further.
  assert.deepEqual(
    noted.filter((item) => !item.startsWith("CONNECT ")),
    [],
  );

  await ben.send("Still there?");
  await ben.text(en.stateNotDelivered).waitFor();
  await ben.page.getByText(en.errors.gone).first().waitFor();
  await ben.button(en.useSms).waitFor();

  anna.assertNoComplaints();
  ben.assertNoComplaints();
});

/** What went to the service; the app's own files are not the ledger's. */
function apiItemsOf(proxy: RecordingProxy): string[] {
  return proxy.items
    .filter(({ path }) => /^\/(assent\.v1\.|buckets\/|inbox|outbox)/.test(path))
    .map(({ method, path, body }) =>
      nameOf({ method, path, size: body.length, sha256: sha256Of(body) }),
    );
}

/** One item, all of its bytes, in one line that people can compare. */
function nameOf(item: Omit<LedgerFileItem, "declaration">): string {
  const { method, path, size, sha256 } = item;
  return `${method} ${path} ${size} ${sha256}`;
}
