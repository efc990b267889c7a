// Copies of a phone's store, and a service that hands over what a test gives it: so that every case begins with the
// same phone, and none is heard of by the real service.
import type { Network, Store, TableName } from "@assent/client/node";
import {
  AssentError,
  type DeliveredEnvelope,
  InboxAnswerSchema,
  InboxRequestSchema,
  randomBytes,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { MemoryStore } from "../../memory-store.ts";

const tables: readonly TableName[] = [
  ...(["profile", "contacts", "numbers", "people", "groups", "keyPackages"] as const),
  ...(["given", "spare", "texts", "textIds", "threads", "queue", "outgoing"] as const),
  ...(["awaited", "receipts", "unshown", "seen", "ledger"] as const),
];

export interface StoredValue {
  readonly table: TableName;
  readonly key: string;
  readonly value: Uint8Array<ArrayBuffer>;
}

export async function valuesOf(store: Store): Promise<StoredValue[]> {
  const values: StoredValue[] = [];
  for (const table of tables) {
    for (const { key, value } of await store.list(table)) values.push({ table, key, value });
  }
  return values;
}

export async function storeOf(values: readonly StoredValue[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.commit(values);
  return store;
}

/** Where nothing is reached but, where there is one, the real service by HTTP, and an inbox with these in it. */
export function networkWith(envelopes: readonly DeliveredEnvelope[], real?: Network): Network {
  const unreachable = async () => Promise.reject(new AssentError("unreachable"));
  return {
    http: real ? (request, lane, maxBytes) => real.http(request, lane, maxBytes) : unreachable,
    openSocket: async (url, _subprotocol, handlers) => {
      if (!url.endsWith("/inbox")) throw new AssentError("unreachable");
      type Answer = NonNullable<MessageInitShape<typeof InboxAnswerSchema>["answer"]>;
      const answer = (given: Answer) => {
        const frame = toBinary(InboxAnswerSchema, create(InboxAnswerSchema, { answer: given }));
        queueMicrotask(() => handlers.onMessage(frame));
      };
      answer({ case: "challenge", value: { nonce: new Uint8Array(32) } });
      return {
        send(bytes) {
          const { request } = fromBinary(InboxRequestSchema, bytes);
          if (request.case === "authenticate") {
            answer({ case: "ready", value: { singleUseKeyPackagesLeft: 1_000 } });
            answer({ case: "delivery", value: { envelopes: [...envelopes], caughtUp: true } });
          } else if (request.case === "acknowledge") {
            answer({ case: "acknowledged", value: { position: request.value.position } });
          } else if (request.case === "mintCapabilities") {
            const capabilities = Array.from({ length: request.value.count }, () => ({
              serial: randomBytes(16),
              capability: randomBytes(74),
              expiresAtMs: BigInt(Date.now() + 86_400_000),
            }));
            answer({ case: "mintedCapabilities", value: { capabilities } });
          } else answer({ case: "addressesBlocked", value: {} });
        },
        close: () => queueMicrotask(() => handlers.onClose()),
      };
    },
    close: () => real?.close(),
  };
}
