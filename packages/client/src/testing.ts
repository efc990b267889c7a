// The SDK's door for the tests of those who build on it: what a profile runs on where nothing is kept, and a service in the
// same process, or none. Not for phones of people.
import { AssentError } from "@assent/protocol";
import type { HttpRequest, Network } from "./egress/network.ts";

export { MemoryStore } from "./store/memory-store.ts";
export { PretendedService } from "./testing/pretended-service.ts";

/** A network without a connection, which notes what was to leave over HTTP: nothing, while private messages are off. */
export class UnreachableNetwork implements Network {
  readonly asked: HttpRequest[] = [];

  async http(request: HttpRequest): Promise<never> {
    this.asked.push(request);
    throw new AssentError("unreachable");
  }

  async openSocket(): Promise<never> {
    throw new AssentError("unreachable");
  }

  close(): void {
    // There is nothing to end.
  }
}
