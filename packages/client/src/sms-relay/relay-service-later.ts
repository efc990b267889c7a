// What asks the service of SMS, loaded when it is first asked: few phones have it send any.
import { AssentError } from "@assent/protocol";
import type { RelayService, RelayServiceParts } from "./relay-service.ts";

export function openRelayServiceLater(parts: RelayServiceParts): RelayService {
  let opened: Promise<RelayService> | undefined;

  /** @throws AssentError unreachable where it does not come: nothing was asked then, and the next time it is loaded anew */
  async function open(): Promise<RelayService> {
    opened ??= import("./relay-service.ts").then(({ openRelayService }) => openRelayService(parts));
    try {
      return await opened;
    } catch (cause) {
      opened = undefined;
      throw new AssentError("unreachable", { cause });
    }
  }

  return {
    name: async () => (await open()).name(),
    send: async (...given) => (await open()).send(...given),
    ask: async (names) => (await open()).ask(names),
  };
}
