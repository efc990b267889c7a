// The address of a service, as its owner writes it: nothing but where it is, and nobody reads on the way what is sent there.
import { AssentError } from "@assent/protocol";

/** @throws AssentError server_invalid unless it is https, or http to this machine itself, and an origin alone. */
export function serverOriginOf(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isPrivate = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url));
  if (!url || !isPrivate || !isOriginAlone(url)) throw new AssentError("server_invalid");
  return url.origin;
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
