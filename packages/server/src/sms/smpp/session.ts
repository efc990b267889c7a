// One connection to an SMSC, bound for both directions (SMPP 3.4 §2.2): a window of submissions under way, what the SMSC
// delivers, and a beat that finds out when nobody is there any more. What comes and is no PDU ends it.
import type { Duplex } from "node:stream";
import type { After } from "../../after.ts";
import { createAsking } from "./asking.ts";
import { createPduCutter } from "./frames.ts";
import {
  answerTo,
  type Bind,
  commands,
  decodeMessageId,
  decodeShortMessage,
  emptyMessageId,
  encodeBind,
  encodePdu,
  encodeShortMessage,
  genericNack,
  isAnswer,
  type Pdu,
  type PduHeader,
  type ShortMessage,
  statuses,
} from "./pdu.ts";

/** What became of one SMS, as far as this side can know. */
export type Submitted =
  | { readonly kind: "accepted"; readonly messageId: string }
  | { readonly kind: "refused"; readonly status: number }
  /** It did not leave, or the SMSC wants fewer at a time: it may be submitted again. */
  | { readonly kind: "later" }
  /** It left, and no answer came: it may be on its way. */
  | { readonly kind: "unknown" };

export interface SessionQuotas {
  /** Submissions that wait for their answers at one time. */
  readonly window: number;
  readonly bindMs: number;
  readonly answerMs: number;
  /** After so long without a PDU, this side asks whether the other is there. */
  readonly quietMs: number;
  /** What is under way at the end is waited for so long, and for no longer. */
  readonly closeMs: number;
}

export type SessionEnd = "closed" | "dropped" | "silent" | "not-smpp";

export interface SessionParts {
  /** Connected, by TLS where it should be; the session closes it. */
  readonly connection: Duplex;
  readonly bind: Bind;
  readonly quotas: SessionQuotas;
  readonly after: After;
  /** The SMSC hears that it was taken once this resolves, and to try again where it rejects. */
  readonly delivered: (message: ShortMessage) => Promise<void>;
  /** Until it is bound, this ends it. */
  readonly closing: AbortSignal;
}

export interface SmppSession {
  /** Waits for its place in the window. */
  submit(message: ShortMessage): Promise<Submitted>;
  /** Resolves when nothing comes or goes any more, with why. */
  readonly ended: Promise<SessionEnd>;
  /** Submits no more. Waits a moment for what is under way, then unbinds. */
  close(): Promise<void>;
}

export type Bound =
  | { readonly kind: "bound"; readonly session: SmppSession }
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "ended" };

const nothing = new Uint8Array();

export async function bindSession(parts: SessionParts): Promise<Bound> {
  const { connection, quotas, after, closing } = parts;
  const cut = createPduCutter();
  const asking = createAsking({ write, after, silent: () => end("silent") });
  const { promise: ended, resolve: tellEnd } = Promise.withResolvers<SessionEnd>();
  let isOver = false;
  let isClosing = false;
  let stopBeat = beat();

  function write(header: PduHeader, body: Uint8Array): void {
    if (!isOver) connection.write(encodePdu(header, body));
  }

  function end(reason: SessionEnd): void {
    if (isOver) return;
    isOver = true;
    stopBeat();
    connection.destroy();
    asking.end();
    tellEnd(reason);
  }

  function beat(): () => void {
    return after(quotas.quietMs, () => {
      void asking.ask(commands.enquire_link, nothing, quotas.answerMs);
    });
  }

  function takeRequest(pdu: Pdu): void {
    switch (pdu.command) {
      case commands.enquire_link:
        write(answerTo(pdu, statuses.ok), nothing);
        break;
      case commands.deliver_sm:
        void takeDelivery(pdu, decodeShortMessage(pdu.body));
        break;
      case commands.unbind:
        write(answerTo(pdu, statuses.ok), nothing);
        end("closed");
        break;
      default: {
        const { sequence } = pdu;
        write({ command: genericNack, status: statuses.invalidCommand, sequence }, nothing);
      }
    }
  }

  async function takeDelivery(pdu: Pdu, message: ShortMessage): Promise<void> {
    const status = await parts.delivered(message).then(
      () => statuses.ok,
      () => statuses.systemError,
    );
    write(answerTo(pdu, status), emptyMessageId);
  }

  connection.on("data", (octets: Uint8Array) => {
    stopBeat();
    stopBeat = beat();
    try {
      for (const pdu of cut(octets)) {
        if (isOver) return;
        if (isAnswer(pdu)) asking.answered(pdu);
        else takeRequest(pdu);
      }
    } catch {
      end("not-smpp");
    }
  });
  connection.on("error", () => end("dropped"));
  connection.on("close", () => end("dropped"));

  const giveUp = () => end("closed");
  if (closing.aborted) giveUp();
  closing.addEventListener("abort", giveUp);
  const answer = await asking.ask(commands.bind_transceiver, encodeBind(parts.bind), quotas.bindMs);
  closing.removeEventListener("abort", giveUp);
  if (!answer) return { kind: "ended" };
  if (answer.status !== statuses.ok) {
    end("closed");
    return { kind: "refused", status: answer.status };
  }

  const places = createPlaces(quotas.window);
  async function submit(message: ShortMessage): Promise<Submitted> {
    const body = encodeShortMessage(message);
    await places.take();
    try {
      if (isOver || isClosing) return { kind: "later" };
      const answered = await asking.ask(commands.submit_sm, body, quotas.answerMs);
      return answered ? submittedOf(answered) : { kind: "unknown" };
    } finally {
      places.giveBack();
    }
  }

  async function close(): Promise<void> {
    isClosing = true;
    const stop = after(quotas.closeMs, giveUp);
    await places.allGivenBack();
    await asking.ask(commands.unbind, nothing, quotas.answerMs);
    stop();
    end("closed");
  }

  return { kind: "bound", session: { submit, ended, close } };
}

function submittedOf({ status, body }: Pdu): Submitted {
  switch (status) {
    case statuses.ok:
      return { kind: "accepted", messageId: decodeMessageId(body) };
    case statuses.throttled:
    case statuses.queueFull:
      return { kind: "later" };
    default:
      return { kind: "refused", status };
  }
}

/** A window: so many at a time, the others in the order they came. */
function createPlaces(most: number) {
  let free = most;
  const waiting: (() => void)[] = [];
  async function take(): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }
  function giveBack(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
  return {
    take,
    giveBack,
    async allGivenBack(): Promise<void> {
      for (let place = 0; place < most; place++) await take();
      for (let place = 0; place < most; place++) giveBack();
    },
  };
}
