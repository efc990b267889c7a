// A newer app waits until it is wanted, and is there then: also in the page that was the first of this browser.
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { en } from "../../packages/web/src/language/en.ts";
import { openBrowser } from "../browser.ts";
import { type Lifetime, TestServer } from "../network.ts";
import { WebPhone } from "./web-phone.ts";

const browser = await openBrowser();

test("who has the first page open since the app came to this browser gets the newer one", async (t) => {
  const server = await TestServer.start(t);
  const site = await startSite(t, server.origin);
  const anna = await WebPhone.open(t, browser, server, {
    number: "+4915123456789",
    origin: site.origin,
  });
  const { page } = anna;
  await anna.start();
  await anna.keptForOffline();
  for (const version of ["newer", "newest"]) {
    site.deploy(version);
    await page.evaluate(
      "navigator.serviceWorker.ready.then((registration) => registration.update())",
    );
    await Promise.all([page.waitForEvent("load"), anna.button(en.updateNow).click()]);
    await page.getByText(en.bannerOff).waitFor();
  }
});

/** The files of a server, from an address of their own, and with another service worker for each version. */
async function startSite(t: Lifetime, from: string) {
  let version = "";
  const site = createServer((request, response) => {
    const path = request.url ?? "/";
    // On a connection of its own: one that is kept may be over at the moment it is taken again.
    get(from + path, { agent: false }, async (answer) => {
      const body = Buffer.concat(await answer.toArray());
      for (const name of ["content-type", "content-security-policy"]) {
        const value = answer.headers[name];
        if (value) response.setHeader(name, value);
      }
      response.statusCode = answer.statusCode ?? 502;
      response.end(path === "/service-worker.js" ? `${body}\n// ${version}` : body);
    });
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    site.close();
    site.closeAllConnections();
  });
  return {
    origin: `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
    deploy: (name: string) => {
      version = name;
    },
  };
}
