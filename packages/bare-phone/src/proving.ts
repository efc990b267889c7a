// Proving a number: the request with the sealed number, the code from the SMS, and the claim it is exchanged for.
import {
  ConsentStatementSchema,
  contractVersion,
  currentKey,
  Intent,
  type Invitation,
  numberSealData,
  paddedNumberLength,
  policy,
  policyHash,
  RenewClaimRequestSchema,
  type RequiredWork,
  randomBytes,
  type Signed,
  seal,
  sealedNumberPlaintextLength,
  signConsent,
  utf8,
  workAtOnce,
  workSubject,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { refusalIn } from "./answered.ts";
import { type Phone, type Server, signedCall } from "./phone.ts";

export interface StartChanges {
  /** INTENT_REGISTER where it is left out; no other has a consent. */
  readonly intent?: Intent;
  readonly statement?: MessageInitShape<typeof ConsentStatementSchema>;
  /** Sealed with the number. */
  readonly invitation?: Invitation | undefined;
  /** Sealed instead of the padded number and the invitation. */
  readonly plaintext?: Uint8Array;
  /** When the consent says it was given. */
  readonly nowMs?: number;
}

/** A StartRegistrationRequest as it should be, but for the changes. */
export async function startRequest(phone: Phone, changes: StartChanges = {}) {
  const intent = changes.intent ?? Intent.REGISTER;
  const consent = intent === Intent.REGISTER ? await consentOf(phone, changes) : undefined;
  const { plaintext = paddedNumber(phone.number, changes.invitation) } = changes;
  const sealed = await sealedNumberOf(phone, intent, consent, plaintext);
  return { contract: contractVersion, intent, ...sealed, ...(consent ? { consent } : {}) };
}

function consentOf(phone: Phone, changes: StartChanges): Promise<Signed> {
  const statement = create(ConsentStatementSchema, {
    rootKey: phone.root.publicKey,
    cellId: phone.cellId,
    policyVersion: policy.version,
    policyHash: policyHash(policy),
    purposes: ["service"],
    givenAtMs: BigInt(changes.nowMs ?? Date.now()),
    nonce: randomBytes(16),
    ...(changes.statement as object),
  });
  return signConsent(phone.root.privateKey, statement);
}

/** @param plaintext instead of its padded number. */
export async function sealedNumberOf(
  { cellId, number, parameters }: Phone,
  intent: Intent,
  consent?: Signed,
  plaintext: Uint8Array = paddedNumber(number),
) {
  const key = currentKey(parameters.sealingKeys);
  if (!key) throw new Error("no sealing key");
  const bound = { cellId, intent, consent: consent?.encoded ?? new Uint8Array() };
  const sealedNumber = await seal(key.publicKey, "number", plaintext, numberSealData(bound));
  return { sealingEpoch: key.epoch, sealedNumber };
}

/** As it is sealed. */
export function paddedNumber(number: string, invitation?: Invitation): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sealedNumberPlaintextLength);
  bytes.set(utf8(number));
  if (invitation) bytes.set(invitation, paddedNumberLength);
  return bytes;
}

/** Does the work first that it is asked for. */
export async function startRegistration(phone: Phone, changes?: StartChanges) {
  let asked: RequiredWork | undefined;
  for (;;) {
    const request = await startRequest(phone, changes);
    const work = asked && workFor(asked, request.sealedNumber);
    try {
      return await phone.registration.startRegistration({ ...request, ...(work && { work }) });
    } catch (error) {
      const next = refusalIn(error).work;
      if (!next || (asked && next.bits <= asked.bits)) throw error;
      asked = next;
    }
  }
}

export function workFor({ challenge, bits }: RequiredWork, sealedNumber: Uint8Array) {
  const numbers = workAtOnce(workSubject(challenge, sealedNumber), bits);
  return { challenge: new Uint8Array(challenge), numbers };
}

/** The code that was sent last, from the service in this process. */
export function lastCode(server: Server, number: string): string {
  return codeIn(server.fakeSms?.messagesTo(number));
}

/** The same from a service in any process. */
export async function fetchCode(server: Server, number: string): Promise<string> {
  const answer = await fetch(`${server.origin}/sms/messages?to=${encodeURIComponent(number)}`);
  return codeIn((await answer.json()) as { text: string }[]);
}

function codeIn(messages: readonly { readonly text: string }[] = []): string {
  const code = /\b\d{6}\b/.exec(messages.at(-1)?.text ?? "")?.[0];
  if (!code) throw new Error("no code came");
  return code;
}

/** From a sealed number to what the code was exchanged for. */
export async function proveNumber(server: Server, phone: Phone, changes?: StartChanges) {
  const { session } = await startRegistration(phone, changes);
  const code = server.fakeSms
    ? lastCode(server, phone.number)
    : await fetchCode(server, phone.number);
  return { session, code, verified: await phone.registration.verifyCode({ session, code }) };
}

/** A claim under the current VOPRF epoch, without an SMS. */
export async function renewClaim(phone: Phone) {
  const sealed = await sealedNumberOf(phone, Intent.RENEW);
  const body = toBinary(RenewClaimRequestSchema, create(RenewClaimRequestSchema, sealed));
  const request = await signedCall(phone, "RegistrationService/RenewClaim", body);
  return phone.registration.renewClaim({ request });
}
