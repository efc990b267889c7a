// The address of a service, as its owner writes it.
import { AssentError, serviceOriginOf } from "@assent/protocol";

/** @throws AssentError server_invalid unless it is https, or http to this machine itself, and an origin alone. */
export function serverOriginOf(written: string): string {
  const origin = serviceOriginOf(written);
  if (origin === undefined) throw new AssentError("server_invalid");
  return origin;
}
