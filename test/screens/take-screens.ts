// `npm run screens`: a picture of every screen and of its important states, on a phone, a tablet and a desktop,
// light and dark, and of some in other languages, in large type and in forced colours. For people to look at: nothing is checked.
// `-- list thread` takes those alone whose names begin so.
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { chromiumOptions } from "../browser.ts";
import { type Lifetime, TestServer } from "../network.ts";
import { Album } from "./album.ts";
import { OwnerPhone } from "./owner-phone.ts";
import * as scenes from "./scenes.ts";
import { takeDemo, takePaused } from "./scenes-apart.ts";
import { takeVariants } from "./variants.ts";

const folder = fileURLToPath(new URL("../../screens", import.meta.url));

const ends: (() => unknown)[] = [];
const lifetime: Lifetime = { after: (end) => void ends.unshift(end) };
try {
  await rm(folder, { recursive: true, force: true });
  const album = await Album.open(folder, process.argv.slice(2));
  const server = await TestServer.start(lifetime);
  const browser = await chromium.launch(chromiumOptions());
  lifetime.after(() => browser.close());
  const phone = await OwnerPhone.open(lifetime, browser, server);
  await scenes.takeBeforeYes(phone, album);
  await scenes.takeTurningOn(phone, album);
  await scenes.converse(phone);
  await scenes.takeThreads(phone, album);
  await scenes.takeTroubledThreads(phone, album);
  await scenes.takeTheRest(phone, album);
  await takeVariants(phone, album);
  await scenes.takeLeaving(phone, album);
  await scenes.takeEnded(phone, album);
  await takePaused(lifetime, browser, server, album);
  await takeDemo(browser, server, album);
} finally {
  for (const end of ends) await end();
}
