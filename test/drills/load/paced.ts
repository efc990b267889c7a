// Texts at a steady pace from one bare phone to another, whatever becomes of those before: how long each takes from when it was
// due until it is there. By this it shows what others make it wait.
import {
  openSocket,
  openTakingInbox,
  type Phone,
  type Server,
  socketUrl,
} from "@assent/bare-phone";
import { OutboxRequestSchema, randomBytes } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";

export class PacedPair {
  readonly #takenMs: number[] = [];
  readonly #dueAt = new Map<number, number>();
  readonly #put: (body: Uint8Array<ArrayBuffer>) => void;
  readonly #close: () => void;
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;

  private constructor(put: (body: Uint8Array<ArrayBuffer>) => void, close: () => void) {
    this.#put = put;
    this.#close = close;
  }

  static async open(server: Server, phone: Phone): Promise<PacedPair> {
    let pair: PacedPair | undefined;
    const inbox = await openTakingInbox(server, phone, (envelopes) => {
      for (const { body } of envelopes) pair?.came(Buffer.from(body).readUInt32LE());
    });
    inbox.failed.catch(() => undefined);
    const capability = await inbox.mint();
    const outbox = await openSocket(socketUrl(server, "/outbox"));
    let request = 0;
    pair = new PacedPair(
      (body) => {
        request += 1;
        const put = { request, capability, envelopeId: randomBytes(32), body };
        outbox.send(toBinary(OutboxRequestSchema, create(OutboxRequestSchema, { puts: [put] })));
      },
      () => {
        inbox.close();
        outbox.terminate();
      },
    );
    return pair;
  }

  /** Begins to send one every so often. */
  begin(everyMs: number): void {
    let due = performance.now();
    this.#timer = setInterval(() => {
      for (; due <= performance.now(); due += everyMs) {
        const body = new Uint8Array(512);
        Buffer.from(body.buffer).writeUInt32LE(this.#sent);
        this.#dueAt.set(this.#sent, due);
        this.#sent += 1;
        this.#put(body);
      }
    }, everyMs);
  }

  came(text: number): void {
    const due = this.#dueAt.get(text);
    this.#dueAt.delete(text);
    if (due !== undefined) this.#takenMs.push(performance.now() - due);
  }

  /** How long each took since this was asked last; those that are not there yet, until now. */
  take(): number[] {
    const waiting = Array.from(this.#dueAt.values(), (due) => performance.now() - due);
    return [...this.#takenMs.splice(0), ...waiting.filter((ms) => ms > 1_000)];
  }

  close(): void {
    clearInterval(this.#timer);
    this.#close();
  }
}
