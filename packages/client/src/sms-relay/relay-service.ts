// What the service is asked of SMS, each time by this device, over a connection that says whose it is. What is sent is sealed
// for the registration room; whatever the service answers, it has only its word for it.
import {
  AssentError,
  GetSmsStatesRequestSchema,
  NameSmsRequestSchema,
  type PhoneNumber,
  SendSmsRequestSchema,
  SmsState,
  sealSms,
  smsNameLength,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Cells } from "../account/cells.ts";
import type { Self } from "../account/self.ts";
import type { SignedRequests } from "../account/signed-requests.ts";
import type { AccountService } from "../egress/service.ts";

/**
 * What the service says of an SMS. accepted: it is handing it over. handed: to the next on its way. not-known: it may have gone
 * out. none: it knows nothing of it, and did nothing for this asking.
 */
export type RelayedState = "accepted" | "handed" | "delivered" | "failed" | "not-known" | "none";

export interface RelayService {
  /** A name for one SMS, good for a day. */
  name(): Promise<Uint8Array>;
  /**
   * Has it send what was named. The same name again sends nothing twice. @throws AssentError: nothing was sent for this asking
   */
  send(name: Uint8Array, number: PhoneNumber, text: string): Promise<RelayedState>;
  /** What became of each, in the order of the names, `limits.smsStates` of them at most. */
  ask(names: readonly Uint8Array[]): Promise<readonly RelayedState[]>;
}

export interface RelayServiceParts {
  readonly self: () => Self;
  readonly cells: Cells;
  readonly signedRequests: SignedRequests;
  readonly service: (url: string) => Pick<AccountService, "smsRelay">;
}

const procedure = (name: string) => `/assent.v1.SmsRelayService/${name}`;

export function openRelayService({
  self,
  cells,
  signedRequests,
  service,
}: RelayServiceParts): RelayService {
  /** What is refused as not offered is no longer in its parameters: the next text is not promised to go this way. */
  async function offered<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof AssentError && error.code === "not_offered") await cells.refresh();
      throw error;
    }
  }

  return {
    name: async () => {
      const body = toBinary(NameSmsRequestSchema, create(NameSmsRequestSchema));
      const asked = cells.whereItIs((cell) =>
        signedRequests.call({ ...self(), cell }, procedure("NameSms"), body, (request) =>
          service(cell.url).smsRelay.nameSms({ request }),
        ),
      );
      const { answer } = await offered(asked);
      if (answer.name.length !== smsNameLength) throw new AssentError("service_untrusted");
      return answer.name;
    },
    send: async (name, to, text) => {
      const { number: from, device } = self();
      const asked = cells.withKeys(async (cell) => {
        const { epoch: sealingEpoch, publicKey } = cell.sealingKey;
        const bound = { cellId: cell.id, deviceId: device.deviceId, name };
        const sealedSms = await sealSms(publicKey, { from, to, text }, bound);
        const fields = { name: new Uint8Array(name), sealingEpoch, sealedSms };
        const body = toBinary(SendSmsRequestSchema, create(SendSmsRequestSchema, fields));
        return signedRequests.call({ device, cell }, procedure("SendSms"), body, (request) =>
          service(cell.url).smsRelay.sendSms({ request }),
        );
      });
      const { answer } = await offered(asked);
      return stateOf(answer.state);
    },
    ask: async (names) => {
      const asked = create(GetSmsStatesRequestSchema, {
        names: names.map((name) => new Uint8Array(name)),
      });
      const body = toBinary(GetSmsStatesRequestSchema, asked);
      const { answer } = await cells.whereItIs((cell) =>
        signedRequests.call({ ...self(), cell }, procedure("GetSmsStates"), body, (request) =>
          service(cell.url).smsRelay.getSmsStates({ request }),
        ),
      );
      if (answer.states.length !== names.length) throw new AssentError("service_untrusted");
      return answer.states.map(stateOf);
    },
  };
}

function stateOf(state: SmsState): RelayedState {
  switch (state) {
    case SmsState.ACCEPTED:
      return "accepted";
    case SmsState.HANDED:
      return "handed";
    case SmsState.DELIVERED:
      return "delivered";
    case SmsState.FAILED:
      return "failed";
    case SmsState.NONE:
      return "none";
    default:
      // One that this version does not know says no more than that it is not known.
      return "not-known";
  }
}
