// The socket of one device: it answers the challenge, numbers its requests, and reads the answers one after the other.
import {
  contractVersion,
  type InboxAnswer,
  InboxAnswerSchema,
  InboxRequestSchema,
  type MintedCapability,
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

/** An inbox whose challenge was answered; the next answer is `ready`, or an error. @param counter as above. */
export async function openInbox(
  server: Pick<Server, "origin" | "from">,
  phone: Phone,
  counter?: bigint,
): Promise<TestInbox> {
  const socket = await connect(server, "/inbox");
  let last = 0;
  const answer = async () => inboxAnswerIn(await socket.next());
  const ask = (body: InboxAsk) => {
    last += 1;
    socket.webSocket.send(inboxFrame(last, body));
    return last;
  };
  const challenge = await answer();
  if (challenge.case !== "challenge") throw new Error("no challenge");
  const value = await authentication(phone, challenge.value.nonce, counter);
  ask({ case: "authenticate", value });
  return {
    ...socket,
    ask,
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

/** Full capabilities from an inbox that is read one by one; what comes meanwhile is lost. */
export async function mint(inbox: TestInbox, count = 1): Promise<MintedCapability[]> {
  inbox.ask({ case: "mintCapabilities", value: { count } });
  return (await inbox.until("mintedCapabilities")).value.capabilities;
}
