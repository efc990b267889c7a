// The same content for people who read another language, or see it in another way.
import type { Album, Look } from "./album.ts";
import { ben } from "./cast.ts";
import type { OwnerPhone } from "./owner-phone.ts";

const looks: readonly Look[] = [
  { size: "mobile", scheme: "light" },
  { size: "tablet", scheme: "light" },
  { size: "desktop", scheme: "dark" },
];

export async function takeVariants(phone: OwnerPhone, album: Album): Promise<void> {
  const { page } = phone;
  for (const tag of ["ar", "de", "fr", "zh-Hans"]) {
    await page.evaluate(`localStorage.setItem("assent.language", ${JSON.stringify(tag)})`);
    await page.reload();
    await takeSome(phone, album, tag.toLowerCase());
  }
  await page.evaluate(`localStorage.removeItem("assent.language")`);
  await page.reload();
  await enlarge(phone, "200%");
  await takeSome(phone, album, "200-percent");
  await enlarge(phone, "");
  await page.emulateMedia({ forcedColors: "active" });
  await takeSome(phone, album, "forced-colours");
  await page.emulateMedia({ forcedColors: "none" });
}

async function takeSome(phone: OwnerPhone, album: Album, name: string): Promise<void> {
  const { page } = phone;
  await phone.open(ben);
  await album.take(page, `${name}-thread`, looks);
  for (const place of ["/", "/settings", "/what-left", "/turn-off", "/new", "/welcome"]) {
    await phone.go(place);
    // Each screen is loaded when it is first opened.
    if (place !== "/" && place !== "/welcome")
      await page.locator(".pane").last().locator("h1").waitFor();
    await album.take(page, `${name}-${place.slice(1) || "list"}`, looks);
  }
}

async function enlarge({ page }: OwnerPhone, fontSize: string): Promise<void> {
  await page.evaluate(`document.documentElement.style.fontSize = ${JSON.stringify(fontSize)}`);
}
