// Where a service is reached: nothing but scheme, host and port, and nobody reads on the way what is sent there. Written in one
// way alone where it is compared as text.
import { limits } from "./limits.ts";

/** As it is written among programs; undefined unless it is https, or http to this machine itself, and an origin alone. */
export function serviceOriginOf(written: string): string | undefined {
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  const isPrivate = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  return isPrivate && isOriginAlone(url) ? url.origin : undefined;
}

export function isServiceOrigin(text: string): boolean {
  return serviceOriginOf(text) === text;
}

/** Of one cell. */
export function areServiceOrigins(texts: readonly string[]): boolean {
  return texts.length <= limits.origins && texts.every(isServiceOrigin);
}

/** As URLs are parsed, every form of 127.0.0.0/8 is four numbers. */
function isLoopback({ hostname }: URL): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

function isOriginAlone(url: URL): boolean {
  const { username, password, pathname, search, hash } = url;
  return username + password + search + hash === "" && pathname === "/";
}
