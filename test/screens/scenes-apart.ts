// Screens that a phone of their own shows: one whose app has another policy, and the demo's two.
import type { Browser } from "playwright-core";
import { en } from "../../packages/web/src/language/en.ts";
import { WebPhone } from "../e2e/web-phone.ts";
import type { Lifetime, TestServer } from "../network.ts";
import type { Album } from "./album.ts";

const otherNumber = "+4915120000020";

/** After the words of the policy became others. */
export async function takePaused(
  lifetime: Lifetime,
  browser: Browser,
  server: TestServer,
  album: Album,
): Promise<void> {
  const options = { number: otherNumber, serviceWorker: false };
  const phone = await WebPhone.open(lifetime, browser, server, options);
  await phone.start();
  await phone.turnOn();
  await phone.context.route("**/assets/*.js", async (route) => {
    const answer = await route.fetch();
    const script = await answer.text();
    const body = script.replaceAll("Texting works either way.", "Texting works both ways.");
    await route.fulfill({ response: answer, body });
  });
  await phone.page.reload();
  await phone.page.getByText(en.bannerPaused).waitFor();
  await album.take(phone.page, "list-paused");
  await phone.button(en.bannerRead).click();
  await phone.button(en.turnOnAgainYes).waitFor();
  await album.take(phone.page, "turn-on-again");
}

export async function takeDemo(browser: Browser, server: TestServer, album: Album): Promise<void> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`http://assent.localhost:${new URL(server.origin).port}/demo`);
  const phones = page.frameLocator("iframe");
  await phones.first().getByRole("button", { name: en.welcomeStart }).waitFor();
  await album.take(page, "demo");
  await context.close();
}
