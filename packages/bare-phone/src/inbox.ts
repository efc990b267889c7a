// The socket of one device: it answers the challenge, numbers its requests, and reads the answers one after the other.
import { hash } from "node:crypto";
import {
  type Challenge,
  contractVersion,
  hmacSha512By,
  type InboxAnswer,
  InboxAnswerSchema,
  InboxRequestSchema,
  type MintedCapability,
  returnProof,
  signInboxChallenge,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { nextCounter, type Phone, type Server } from "./phone.ts";
import { connect, type TestSocket } from "./socket.ts";

export type InboxAsk = NonNullable<MessageInitShape<typeof InboxRequestSchema>["body"]>;

/** What came, and the number it answers: 0 where nobody asked. */
export type InboxAnswered = InboxAnswer["body"] & { readonly request: number };

export function inboxFrame(request: number, body: InboxAsk): Uint8Array<ArrayBuffer> {
  return toBinary(InboxRequestSchema, create(InboxRequestSchema, { request, body }));
}

export function inboxAnswerIn(frame: Uint8Array): InboxAnswered {
  const { request, body } = fromBinary(InboxAnswerSchema, frame);
  return { ...body, request };
}

/** Answers a challenge as the device. @param counter where it is not to be the next. */
export async function authentication(
  phone: Phone,
  nonce: Uint8Array,
  counter: bigint = nextCounter(phone),
) {
  return {
    deviceId: phone.device.id,
    counter,
    signature: await signInboxChallenge(phone.device, phone.cellId, nonce, counter),
    contract: contractVersion,
    accountId: phone.accountId,
  };
}

export interface TestInbox extends TestSocket {
  /** Under the next number, which it gives back. */
  ask(body: InboxAsk): number;
  answer(): Promise<InboxAnswered>;
  /** The next answer of this kind, whatever else comes before it. @throws for an error, where that is not wanted. */
  until<Case extends string>(wanted: Case): Promise<Extract<InboxAnswered, { case: Case }>>;
}

/** An inbox whose challenge was not answered. */
export async function knock(
  server: Pick<Server, "origin" | "from">,
): Promise<TestInbox & { readonly challenge: Challenge }> {
  const socket = await connect(server, "/inbox");
  let last = 0;
  const answer = async () => inboxAnswerIn(await socket.next());
  const challenge = await answer();
  if (challenge.case !== "challenge") throw new Error("no challenge");
  return {
    ...socket,
    challenge: challenge.value,
    ask(body) {
      last += 1;
      socket.webSocket.send(inboxFrame(last, body));
      return last;
    },
    answer,
    async until(wanted) {
      for (;;) {
        const given = await answer();
        if (given.case === wanted) return given as Extract<InboxAnswered, { case: typeof wanted }>;
        if (given.case === "error") throw new Error(given.value.code);
      }
    },
  };
}

/** An inbox whose challenge was answered; the next answer is `ready`, or an error. @param counter as above. */
export async function openInbox(
  server: Pick<Server, "origin" | "from">,
  phone: Phone,
  counter?: bigint,
): Promise<TestInbox> {
  const inbox = await knock(server);
  const value = await authentication(phone, inbox.challenge.nonce, counter);
  inbox.ask({ case: "authenticate", value });
  return inbox;
}

const primitives = { hmac: hmacSha512By((data) => hash("sha512", data, "buffer")) };

/** Answers a challenge by a return key. */
export function returnAnswer(
  { device: { id: deviceId } }: Pick<Phone, "device">,
  returnKey: Uint8Array,
  nonce: Uint8Array,
): InboxAsk {
  const proof = returnProof(returnKey, nonce, primitives);
  return { case: "comeBack", value: { deviceId, proof } };
}

/** An inbox whose challenge was answered by a return key; the next answer is `ready`, or an error. */
export async function comeBack(
  server: Pick<Server, "origin" | "from">,
  phone: Pick<Phone, "device">,
  returnKey: Uint8Array,
): Promise<TestInbox & { readonly challenge: Challenge }> {
  const inbox = await knock(server);
  inbox.ask(returnAnswer(phone, returnKey, inbox.challenge.nonce));
  return inbox;
}

/** Full capabilities from an inbox that is read one by one; what comes meanwhile is lost. */
export async function mint(inbox: TestInbox, count = 1): Promise<MintedCapability[]> {
  inbox.ask({ case: "mintCapabilities", value: { count } });
  return (await inbox.until("mintedCapabilities")).value.capabilities;
}
