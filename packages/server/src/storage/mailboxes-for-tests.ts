// For tests only: the mailboxes' port by ids and promises, a call for each thing that is asked.
import type {
  AddressKind,
  BlockChange,
  MailboxState,
  MailboxStore,
  PutLimit,
  RevokeLimit,
  StoredPut,
  StoredPutOutcome,
  StoredRevokeOutcome,
  TakeLimit,
} from "../mailbox/store.ts";

export interface PutForTests {
  readonly mailboxId: Uint8Array;
  readonly generation: number;
  readonly serial: Uint8Array;
  readonly kind: AddressKind;
  readonly envelopeId: Uint8Array;
  readonly body: Uint8Array;
  readonly quiet?: boolean;
  readonly now: number;
  readonly limit: PutLimit;
  readonly handsOut: boolean;
  readonly after?: number;
}

export interface RevokeForTests
  extends Pick<PutForTests, "mailboxId" | "generation" | "serial" | "kind" | "envelopeId"> {
  readonly position?: number | undefined;
}

export interface TakenForTests {
  readonly envelopes: readonly {
    readonly position: number;
    readonly envelopeId: Uint8Array;
    readonly serial: Uint8Array;
    /** Empty where it was dropped. */
    readonly body: Uint8Array;
  }[];
  readonly more: boolean;
  readonly handed: number;
}

export interface MailboxesForTests {
  lineage(): Promise<number>;
  state(mailboxId: Uint8Array): Promise<MailboxState>;
  put(puts: readonly PutForTests[]): Promise<readonly StoredPutOutcome[]>;
  expired(mailboxId: Uint8Array, position: number): Promise<boolean>;
  revoke(
    revokes: readonly RevokeForTests[],
    now: number,
    limit: RevokeLimit,
  ): Promise<StoredRevokeOutcome["kind"]>;
  isRevoked(mailboxId: Uint8Array, position: number): Promise<boolean>;
  take(
    mailboxId: Uint8Array,
    generation: number,
    after: number,
    limit: TakeLimit,
  ): Promise<TakenForTests | undefined>;
  acknowledge(
    mailboxId: Uint8Array,
    generation: number,
    position: number,
    now?: number,
  ): Promise<boolean>;
  block(mailboxId: Uint8Array, change: BlockChange, most: number): Promise<boolean>;
  expire(...given: Parameters<MailboxStore["expire"]>): Promise<boolean>;
}

/** A put as it stands in a frame, behind other fields. */
export function putInFrame(put: PutForTests, mailbox = { mailboxId: put.mailboxId }): StoredPut {
  const { mailboxId, generation, serial, kind, envelopeId, body, ...others } = put;
  return {
    quiet: false,
    after: -1,
    ...others,
    address: { mailbox, generation, serial, kind },
    bytes: Buffer.concat([Buffer.from("frame"), envelopeId, Buffer.from("body"), body]),
    envelopeIdAt: 5,
    bodyAt: 5 + envelopeId.length + 4,
    bodyLength: body.length,
  };
}

export function mailboxesForTests(store: MailboxStore): MailboxesForTests {
  return {
    lineage: () => store.lineage(),
    state: (mailboxId) => store.state(store.mailbox(mailboxId)),
    put: (puts) =>
      new Promise((resolve) => {
        const inFrames = puts.map((put) => putInFrame(put, store.mailbox(put.mailboxId)));
        store.put(inFrames, { putsSettled: (_puts, outcomes) => resolve(outcomes) });
      }),
    expired: (mailboxId, position) => store.expired(store.mailbox(mailboxId), position),
    async revoke(revokes, now, limit) {
      const asked = revokes.map(({ mailboxId, envelopeId, position, ...address }) => {
        const mailbox = store.mailbox(mailboxId);
        return { address: { mailbox, ...address }, envelopeId, position };
      });
      return (await store.revoke(asked, now, limit)).kind;
    },
    isRevoked: (mailboxId, position) => store.isRevoked(store.mailbox(mailboxId), position),
    async take(mailboxId, generation, after, limit) {
      const taken = await store.take(store.mailbox(mailboxId), generation, after, limit);
      const envelopes = taken?.envelopes.map((envelope) => {
        const { position, bytes, envelopeIdAt, serialBytes, serialAt, bodyAt } = envelope;
        const bodyEnd = bodyAt + (envelope.isDropped ? 0 : envelope.bodyLength);
        return {
          position,
          envelopeId: bytes.subarray(envelopeIdAt, envelopeIdAt + 32),
          serial: serialBytes.subarray(serialAt, serialAt + 16),
          body: bytes.subarray(bodyAt, bodyEnd),
        };
      });
      return taken && envelopes && { ...taken, envelopes };
    },
    acknowledge: (mailboxId, generation, position, now = 0) =>
      new Promise((resolve) => {
        store.acknowledge(store.mailbox(mailboxId), generation, position, now, {
          acknowledgeSettled: (_position, isDone) => resolve(isDone),
        });
      }),
    block: (mailboxId, change, most) => store.block(store.mailbox(mailboxId), change, most),
    expire: (...given) => store.expire(...given),
  };
}
