// An SMSC for tests, on a codec of its own, so that no mistake hides in both: reads and writes PDUs by their places in
// SMPP 3.4 §4, and does to them what a test says.
import type { Duplex } from "node:stream";

export interface SubmittedSms {
  readonly sequence: number;
  readonly source: string;
  readonly destination: string;
  readonly esmClass: number;
  readonly validity: string;
  readonly dataCoding: number;
  readonly content: Buffer;
  readonly userReference: number | undefined;
}

export interface TestSmsc {
  readonly submitted: readonly SubmittedSms[];
  readonly commands: readonly number[];
  bound:
    | {
        readonly systemId: string;
        readonly password: string;
        readonly systemType: string;
        readonly version: number;
      }
    | undefined;
  /** What happens to a submission; accepted under its count, if left out. */
  onSubmit: (sms: SubmittedSms) => void;
  onEnquire: () => void;
  bindStatus: number | "silent";
  accept(sms: SubmittedSms, messageId: string): void;
  refuse(sms: SubmittedSms, status: number): void;
  /** A receipt as Appendix B writes it, with or without parameters. */
  report(receipt: {
    readonly from: string;
    readonly text: string;
    readonly parameters?: ReadonlyMap<number, Buffer>;
    readonly dataCoding?: number;
  }): void;
  /** What a person wrote. */
  deliver(from: string, text: string, esmClass?: number): void;
  /** Of each delivery that was answered: its status and its body. */
  readonly deliveryAnswers: readonly (readonly [status: number, body: Buffer])[];
  send(octets: Buffer): void;
  /** One octet at a time from now on. */
  inPieces: boolean;
  drop(): void;
}

export function createTestSmsc(line: Duplex): TestSmsc {
  let kept = Buffer.alloc(0);
  let deliveries = 1_000;
  const submitted: SubmittedSms[] = [];
  const commands: number[] = [];
  const deliveryAnswers: [number, Buffer][] = [];

  function write(octets: Buffer): void {
    if (!smsc.inPieces) line.write(octets);
    else for (const octet of octets) line.write(Buffer.of(octet));
  }

  function answer(command: number, status: number, sequence: number, body = ""): void {
    write(pdu(command, status, sequence, Buffer.from(body, "latin1")));
  }

  function deliver(
    from: string,
    esmClass: number,
    text: string,
    parameters: Buffer,
    dataCoding = 0,
  ): void {
    deliveries += 1;
    const head = Buffer.from(`\0\u0001\u0001${from}\0\u0005\0Assent\0`, "latin1");
    const middle = Buffer.of(esmClass, 0, 0, 0, 0, 0, 0, dataCoding, 0, text.length);
    write(
      pdu(5, 0, deliveries, Buffer.concat([head, middle, Buffer.from(text, "latin1"), parameters])),
    );
  }

  function take(octets: Buffer): void {
    const command = octets.readUInt32BE(4);
    const sequence = octets.readUInt32BE(12);
    commands.push(command);
    if (command === 9) {
      const [systemId = "", password = "", systemType = ""] = octets
        .toString("latin1", 16)
        .split("\0");
      const lengths = systemId.length + password.length + systemType.length;
      const version = octets.readUInt8(16 + lengths + 3);
      smsc.bound = { systemId, password, systemType, version };
      if (smsc.bindStatus === "silent") return;
      answer(0x8000_0009, smsc.bindStatus, sequence, smsc.bindStatus === 0 ? "test\0" : "");
    } else if (command === 4) {
      const sms = readSubmission(sequence, octets.subarray(16));
      submitted.push(sms);
      smsc.onSubmit(sms);
    } else if (command === 0x15) {
      smsc.onEnquire();
      if (smsc.bindStatus === 0) answer(0x8000_0015, 0, sequence);
    } else if (command === 0x8000_0005) {
      deliveryAnswers.push([octets.readUInt32BE(8), Buffer.from(octets.subarray(16))]);
    } else if (command === 6) {
      answer(0x8000_0006, 0, sequence);
    }
  }

  line.on("error", () => undefined);
  line.on("data", (received: Buffer) => {
    kept = Buffer.concat([kept, received]);
    while (kept.length >= 4 && kept.length >= kept.readUInt32BE(0)) {
      const length = kept.readUInt32BE(0);
      take(kept.subarray(0, length));
      kept = kept.subarray(length);
    }
  });

  const smsc: TestSmsc = {
    submitted,
    commands,
    bound: undefined,
    inPieces: false,
    bindStatus: 0,
    onSubmit: (sms) => smsc.accept(sms, String(submitted.length)),
    onEnquire: () => undefined,
    accept: (sms, messageId) => answer(0x8000_0004, 0, sms.sequence, `${messageId}\0`),
    refuse: (sms, status) => answer(0x8000_0004, status, sms.sequence),
    report({ from, text, parameters = new Map<number, Buffer>(), dataCoding = 0 }) {
      const written = [...parameters].map(([tag, value]) => {
        const head = Buffer.alloc(4);
        head.writeUInt16BE(tag, 0);
        head.writeUInt16BE(value.length, 2);
        return Buffer.concat([head, value]);
      });
      deliver(from, 4, text, Buffer.concat(written), dataCoding);
    },
    deliver: (from, text, esmClass = 0) => deliver(from, esmClass, text, Buffer.alloc(0)),
    deliveryAnswers,
    send: write,
    drop: () => line.destroy(),
  };
  return smsc;
}

export function pdu(command: number, status: number, sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(16 + body.length, 0);
  head.writeUInt32BE(command, 4);
  head.writeUInt32BE(status, 8);
  head.writeUInt32BE(sequence, 12);
  return Buffer.concat([head, body]);
}

function readSubmission(sequence: number, body: Buffer): SubmittedSms {
  let at = 0;
  const text = () => {
    const end = body.indexOf(0, at);
    const found = body.toString("latin1", at, end);
    at = end + 1;
    return found;
  };
  const octet = () => body.readUInt8(at++);
  text();
  at += 2;
  const source = text();
  at += 2;
  const destination = text();
  const esmClass = octet();
  at += 2;
  text();
  const validity = text();
  at += 2;
  const dataCoding = octet();
  at += 1;
  const length = octet();
  const content = Buffer.from(body.subarray(at, at + length));
  at += length;
  const hasReference = at < body.length && body.readUInt16BE(at) === 0x0204;
  const userReference = hasReference ? body.readUInt16BE(at + 4) : undefined;
  return {
    sequence,
    source,
    destination,
    esmClass,
    validity,
    dataCoding,
    content,
    userReference,
  };
}
