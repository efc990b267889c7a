// The screens, in the order in which a person meets them.
import { en } from "../../packages/web/src/language/en.ts";
import type { Album } from "./album.ts";
import * as cast from "./cast.ts";
import type { OwnerPhone } from "./owner-phone.ts";

export async function takeBeforeYes(phone: OwnerPhone, album: Album): Promise<void> {
  const { page, web } = phone;
  await page.getByRole("heading").first().waitFor();
  await album.take(page, "welcome");
  await phone.importContacts();
  await album.take(page, "welcome-imported");
  await web.start();
  await album.take(page, "list-off-empty");
  await phone.go("/new");
  await page.getByRole("combobox").fill("an");
  await album.take(page, "new-message");
  await page.getByRole("combobox").fill("nobody of this name");
  await album.take(page, "new-message-nobody");
  await page.getByRole("combobox").fill(cast.dentist.number);
  await page.keyboard.press("Enter");
  await web.box.waitFor();
  await album.take(page, "thread-empty");
  await web.send("Can I come on Thursday at 9 instead?");
  await album.take(page, "thread-sms");
}

export async function takeTurningOn(phone: OwnerPhone, album: Album): Promise<void> {
  const { page, web, server } = phone;
  await phone.go("/");
  await web.switch.click();
  await web.button(en.turnOnYes).waitFor();
  await album.take(page, "turn-on-question");
  await web.button(en.turnOnYes).click();
  await page.getByLabel(en.numberLabel).fill("12");
  await web.button(en.sendCode).click();
  await album.take(page, "turn-on-number-refused");
  await page.getByLabel(en.numberLabel).fill(web.number);
  await web.button(en.sendCode).click();
  const code = page.getByLabel(en.codeLabel);
  await code.waitFor();
  await album.take(page, "turn-on-code");
  await phone.go("/");
  await album.take(page, "list-verifying");
  await web.button(en.bannerAction).click();
  const right = await server.codeFor(web.number);
  await code.fill(right === "000000" ? "000001" : "000000");
  await page.getByRole("alert").first().waitFor();
  await album.take(page, "turn-on-code-wrong");
  await code.fill(right);
  await web.button(en.done).waitFor();
  await album.take(page, "turn-on-done");
  await web.button(en.done).click();
  await page.getByText(en.bannerOn).waitFor();
  await album.take(page, "list-on-almost-empty");
}

/** A dozen conversations. */
export async function converse(phone: OwnerPhone): Promise<void> {
  const { page, web } = phone;
  for (const { from, text } of cast.texts) {
    await phone.hear(from, text);
    await page.locator("nav").getByText(text).waitFor();
  }
  await phone.open(cast.ben);
  for (const [isOwners, text] of cast.talk) {
    if (isOwners) await web.send(text);
    else await phone.hear(cast.ben, text);
    await web.text(text).waitFor();
    await phone.heardBy(cast.ben);
  }
  await phone.open(cast.dilip);
  await web.send("Ok then");
  await phone.open(cast.hana);
  await web.send("No hurry, I'll wait inside.");
  await phone.open(cast.grace);
  await web.send("Thank you! I'll read them tonight.");
  await phone.open(cast.frank);
  await phone.go("/");
  await web.writeTo(cast.plumber.number);
  await web.box.fill("Hello, the tap in the kitchen drips and");
  await page.getByText(en.lineSms, { exact: true }).waitFor();
  await page.waitForTimeout(600);
  await phone.go("/");
  for (const text of cast.unreadTexts) {
    await phone.hear(cast.carla, text);
    await page.locator("nav").getByText(text).waitFor();
  }
}

export async function takeThreads(phone: OwnerPhone, album: Album): Promise<void> {
  const { page, web } = phone;
  await phone.go("/");
  await album.take(page, "list-on");
  await phone.open(cast.carla);
  await web.text(cast.unreadTexts[2] ?? "").waitFor();
  await album.take(page, "thread-unread-line");
  await phone.open(cast.ben);
  await album.take(page, "thread-private");
  await page.locator(".thread-who").click();
  await page.getByRole("heading", { name: en.verify }).waitFor();
  await album.take(page, "person");
  await page.getByRole("link", { name: new RegExp(`^${en.verify}`) }).click();
  await web.button(en.verifySame).waitFor();
  await album.take(page, "verify");
  await web.button(en.verifySame).click();
  await web.button(en.verifyUndo).waitFor();
  await album.take(page, "verify-done");
  await phone.open(cast.ben);
  await album.take(page, "thread-verified");
  for (const [person, name] of [
    [cast.karim, "thread-arabic"],
    [cast.stranger, "thread-stranger"],
    [cast.plumber, "thread-draft"],
  ] as const) {
    await phone.open(person);
    await album.take(page, name);
  }
}

export async function takeTroubledThreads(phone: OwnerPhone, album: Album): Promise<void> {
  const { page, web } = phone;
  await phone.open(cast.frank);
  await page.locator(".thread-who").click();
  await web.button(en.block).click();
  await page.getByText(en.blockedTitle).waitFor();
  await album.take(page, "person-blocked");
  await phone.open(cast.frank);
  await album.take(page, "thread-blocked");

  await phone.newPhoneOf(cast.eva);
  await phone.open(cast.eva);
  await web.send("Which one did you get?");
  await page.getByText(en.keyChangedTitle, { exact: true }).waitFor();
  await album.take(page, "thread-key-changed");
  await web.button(en.verify).click();
  await album.take(page, "verify-key-changed");

  await phone.phoneOf(cast.hana).run((profile) => profile.account.turnOff());
  await phone.open(cast.hana);
  await web.send("Are you there already?");
  await page.getByText(en.stateNotDelivered).first().waitFor();
  await album.take(page, "thread-not-delivered");
  await web.button(en.useSms).click();
  await page.getByText(en.smsInsteadTitle).waitFor();
  await album.take(page, "sms-instead");
  await page.getByRole("dialog").getByRole("button", { name: en.useSms }).click();
  await page.getByText(en.stateHandoff).waitFor();
  await album.take(page, "thread-mixed");
}

export async function takeTheRest(phone: OwnerPhone, album: Album): Promise<void> {
  const { page, web } = phone;
  await phone.go("/search");
  await page.getByLabel(en.searchLabel).fill("th");
  await page.getByText(en.searchFound(1).slice(1).trim()).first().waitFor();
  await album.take(page, "search");
  await page.getByLabel(en.searchLabel).fill("xylophone");
  await page.getByText(en.searchNone).waitFor();
  await album.take(page, "search-none");
  await phone.go("/settings");
  await page.getByText(en.settingsConsent).waitFor();
  await album.take(page, "settings");
  await page.getByRole("switch", { name: en.settingsReceipts }).click();
  await page.getByRole("dialog").waitFor();
  await album.take(page, "settings-ask-receipts");
  await page.keyboard.press("Escape");
  await phone.go("/what-left");
  const ledger = page.locator(".pane").last();
  const event = ledger.getByRole("button", { name: new RegExp(`^${en.eventTexted("")}`) }).first();
  await event.waitFor();
  await album.take(page, "what-left");
  await event.click();
  await page.getByRole("dialog").waitFor();
  await album.take(page, "what-left-event");
  await page
    .getByRole("dialog")
    .locator("summary")
    .filter({ hasText: /\d bytes/ })
    .first()
    .click();
  await page.getByText(en.ledgerRaw).first().click();
  await album.take(page, "what-left-raw");
  await page.keyboard.press("Escape");

  await phone.server.stop();
  await phone.go("/");
  await page.getByText(en.bannerOffline).waitFor();
  await album.take(page, "list-offline");
  await phone.open(cast.ben);
  await web.send("Written in a tunnel");
  await page.getByText(en.stateWaiting).waitFor();
  await album.take(page, "thread-offline");
  await phone.server.start();
  await page.evaluate("dispatchEvent(new Event('online'))");
  await phone.go("/");
  await page.getByText(en.bannerOn).waitFor();

  const second = await web.context.newPage();
  await second.goto(phone.server.origin);
  await second.getByText(en.inUseTitle).waitFor();
  await album.take(second, "trouble-in-use");
  await web.button(en.settings).waitFor();
  await second.getByRole("button", { name: en.useHere }).click();
  await page.getByText(en.takenOverTitle).waitFor();
  await album.take(page, "trouble-taken-over");
  await second.close();
  await web.button(en.useHere).click();
  await page.getByText(en.bannerOn).waitFor();
}

export async function takeLeaving(phone: OwnerPhone, album: Album): Promise<void> {
  const { page, web } = phone;
  await phone.go("/");
  await web.switch.click();
  await web.button(en.turnOffYes).waitFor();
  await album.take(page, "turn-off-question");
  await web.button(en.turnOffYes).click();
  await page.getByText(en.receiptSigned).waitFor();
  await album.take(page, "receipt");
  await phone.go("/");
  await album.take(page, "list-off-after");
  await phone.open(cast.ben);
  await album.take(page, "thread-off");
}

/** Somebody proves the owner's number on another phone, in the middle of a sentence. */
export async function takeEnded(phone: OwnerPhone, album: Album): Promise<void> {
  const { page, web } = phone;
  await phone.go("/");
  await web.turnOn();
  await phone.open(cast.ben);
  await web.box.fill("half a thought");
  await web.routeLine.getByText(en.linePrivate, { exact: true }).waitFor();
  await phone.newPhoneOf(cast.owner);
  await page.getByText(en.lineChanged).waitFor();
  await album.take(page, "thread-disarmed");
  await phone.go("/");
  await album.take(page, "list-ended");
}
