// For tests only: an address that this device gave to somebody, what comes through it, and who takes that.
import {
  concat,
  conversationIdOfTwo,
  type DeliveredEnvelope,
  DeliveredEnvelopeSchema,
  EnvelopeContentSchema,
  type EnvelopeSeal,
  hex,
  openManifest,
  randomBytes,
  sealEnvelope,
  utf8,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { understanding } from "../../content/understanding.ts";
import { GivenAddressSchema, type Person, put } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  friendNumber,
} from "../conversing-for-tests.ts";
import { type ConversingParts, Sealing } from "../outgoing/sealing.ts";
import { Applying } from "./applying.ts";
import { Taking } from "./taking.ts";

const serial = new Uint8Array(16).fill(4);
const envelopeKey = new Uint8Array(32).fill(3);

/** What is put through the address is sealed so. */
export const ofAddress: EnvelopeSeal = { kind: "address", envelopeKey };
/** Under which the address is kept. */
export const serialKey = hex(serial);

/** Field 9, which no content of this version has, as it is encoded. */
export const laterBytes = concat(Uint8Array.of(0x4a, 5), utf8("later"));
export const laterContent = fromBinary(EnvelopeContentSchema, laterBytes);

/** That the address was given to a person. */
export function givenTo(person: Person, fields: { readonly provisional?: boolean } = {}): Change {
  const given = { accountId: accountIdOfPerson(person), envelopeKey, ...fields };
  return put("given", serialKey, create(GivenAddressSchema, given));
}

/** One that came through the address. */
export async function envelopeWith(
  how: EnvelopeSeal,
  content: MessageInitShape<typeof EnvelopeContentSchema>,
): Promise<DeliveredEnvelope> {
  return throughAddress(await sealEnvelope(how, create(EnvelopeContentSchema, content)));
}

/** The same of a body that was sealed before, as another envelope. */
export function throughAddress(body: Uint8Array<ArrayBuffer>): DeliveredEnvelope {
  return create(DeliveredEnvelopeSchema, {
    envelopeId: randomBytes(32),
    addressSerial: serial,
    body,
  });
}

export type FirstContactFields = Extract<
  MessageInitShape<typeof EnvelopeContentSchema>["content"],
  { case: "firstContact" }
>["value"];

/** The friend's first contact, under an epoch of the cell's. */
export async function firstContactOf(
  { cell, self, friendSelf }: ConversingForTests,
  epoch: number,
  fields: Partial<FirstContactFields> = {},
): Promise<DeliveredEnvelope> {
  const value = {
    welcome: Uint8Array.of(1),
    sender: { number: friendNumber, evaluation: cell.evaluationOf(friendNumber, epoch) },
    senderManifest: friendSelf.manifest,
    envelopeKey,
    conversationId: conversationIdOfTwo(self.device.accountId, friendSelf.device.accountId),
    ...(fields as object),
  };
  const sealingKey = (await openManifest(self.manifest))?.devices[0]?.sealingKey;
  if (!sealingKey) throw new TypeError("the phone has no key to seal to");
  return envelopeWith({ kind: "device", sealingKey }, { content: { case: "firstContact", value } });
}

/** As one that was opened with these parts has it. */
export function takingOf({ self }: ConversingForTests, parts: ConversingParts): Taking {
  return new Taking(parts, new Sealing(parts), new Applying(() => self, parts.now, understanding));
}
