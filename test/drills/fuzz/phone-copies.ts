// Copies of a phone's store, and a service that hands over what a test gives it: so that every case begins with the
// same phone, and none is heard of by the real service.
import type { Network, Store, TableName } from "@assent/client/node";
import { MemoryStore } from "@assent/client/testing";
import {
  AssentError,
  type DeliveredEnvelope,
  InboxAnswerSchema,
  InboxRequestSchema,
  randomBytes,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { areas } from "../../../packages/client/src/store/areas.ts";

export interface StoredValue {
  readonly table: TableName;
  readonly key: string;
  readonly value: Uint8Array<ArrayBuffer>;
}

export async function valuesOf(store: Store): Promise<StoredValue[]> {
  const values: StoredValue[] = [];
  for (const table of Object.keys(areas) as TableName[]) {
    for (const { key, value } of await store.list(table)) values.push({ table, key, value });
  }
  return values;
}

export async function storeOf(values: readonly StoredValue[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.commit(values);
  return store;
}

/** As a new service and a new mailbox have them. */
const place = { lineage: 1, generation: 1 };

/** Where nothing is reached but, where there is one, the real service by HTTP, and an inbox with these in it. */
export function networkWith(envelopes: readonly DeliveredEnvelope[], real?: Network): Network {
  const unreachable = async () => Promise.reject(new AssentError("unreachable"));
  return {
    // Copies share a device: what one signs is no news of the others.
    http: (request, lane, maxBytes) =>
      real && !request.url.endsWith("/AddKeyPackages")
        ? real.http(request, lane, maxBytes)
        : unreachable(),
    openSocket: async (url, _subprotocol, handlers) => {
      if (!url.endsWith("/inbox")) throw new AssentError("unreachable");
      type Body = NonNullable<MessageInitShape<typeof InboxAnswerSchema>["body"]>;
      const answer = (request: number, body: Body) => {
        const frame = toBinary(InboxAnswerSchema, create(InboxAnswerSchema, { request, body }));
        queueMicrotask(() => handlers.onMessage(frame));
      };
      answer(0, { case: "challenge", value: { nonce: new Uint8Array(32) } });
      return {
        send(bytes) {
          const { request, body } = fromBinary(InboxRequestSchema, bytes);
          switch (body.case) {
            case "authenticate":
              answer(request, {
                case: "ready",
                value: { ...place, singleUseKeyPackagesLeft: 1_000 },
              });
              answer(0, {
                case: "delivery",
                value: { ...place, envelopes: [...envelopes], caughtUp: true },
              });
              return;
            case "acknowledge":
              answer(request, { case: "acknowledged", value: { position: body.value.position } });
              return;
            case "mintCapabilities": {
              const capabilities = Array.from({ length: body.value.count }, () => ({
                serial: randomBytes(16),
                capability: randomBytes(82),
                expiresAtMs: BigInt(Date.now() + 86_400_000),
              }));
              answer(request, { case: "mintedCapabilities", value: { capabilities } });
              return;
            }
            case "heartbeat":
              if (body.value.isAnswer) return;
              answer(request, { case: "heartbeat", value: { ...body.value, isAnswer: true } });
              return;
            default:
              answer(request, { case: "addressesBlocked", value: {} });
          }
        },
        close: () => queueMicrotask(() => handlers.onClose()),
      };
    },
    close: () => real?.close(),
  };
}
