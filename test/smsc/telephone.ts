// A telephone behind an MSC, for tests: attaches over the SGs interface (3GPP TS 29.118), takes each SMS that comes for
// it, says that it did (TS 24.011), and keeps what it said (TS 23.040). Trusts the MSC of the test.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { textOfSeptets } from "@assent/protocol";

/** Of one subscriber after the other, in a network for tests. */
export function imsiOf(subscriber: number): string {
  return `00101${String(subscriber + 1).padStart(10, "0")}`;
}

export interface ReceivedSms {
  readonly text: string;
  /** Which text, of how many SMS, which one; undefined where it stands alone. */
  readonly part:
    | { readonly reference: number; readonly of: number; readonly index: number }
    | undefined;
}

export interface Telephone {
  readonly received: readonly ReceivedSms[];
  /** All that came, put together; resolves when it is as many texts. */
  texts(count: number): Promise<string[]>;
  close(): void;
}

/** Attaches; the MSC finds its number in the home register by the IMSI of the subscriber. */
export async function attachTelephone(
  host: string,
  sgsPort: number,
  subscriber = 0,
): Promise<Telephone> {
  const socket = connect(sgsPort, host);
  await once(socket, "connect");
  // The MSC may be killed.
  socket.on("error", () => undefined);
  const identity = identityOf(imsiOf(subscriber));
  const mobilityManagement = managementOf(subscriber);
  const received: ReceivedSms[] = [];
  const waiting = new Set<() => void>();
  const attached = Promise.withResolvers<void>();

  function askToAttach(): void {
    send(socket, sgs.locationUpdateRequest, [
      identity,
      mobilityManagement,
      [0x0a, Buffer.of(1)],
      [0x04, Buffer.of(0x00, 0xf1, 0x10, 0, 1)],
    ]);
  }

  function take(message: Buffer): void {
    const elements = readElements(message);
    switch (message[0]) {
      case sgs.pagingRequest:
        send(socket, sgs.serviceRequest, [identity, [0x20, Buffer.of(2)], [0x25, Buffer.of(0)]]);
        break;
      case sgs.locationUpdateAccept:
        send(socket, sgs.reallocationComplete, [identity]);
        attached.resolve();
        break;
      case sgs.locationUpdateReject:
        // An MSC that started just now may not have found its register yet.
        setTimeout(askToAttach, 100);
        break;
      case sgs.resetIndication:
        send(socket, sgs.resetAcknowledge, [mobilityManagement]);
        break;
      case sgs.downlink: {
        const container = elements.get(0x16);
        if (container) takeContainer(container);
      }
    }
  }

  function uplink(container: Buffer): void {
    send(socket, sgs.uplink, [identity, [0x16, container]]);
  }

  function takeContainer(container: Buffer): void {
    // The other side's transaction, with the flag that says whose it is turned round.
    const head = ((((container[0] as number) >> 4) ^ 8) << 4) | 9;
    if (container[1] !== 1) return;
    uplink(Buffer.of(head, 4));
    const rpdu = container.subarray(3, 3 + (container[2] as number));
    if (rpdu[0] !== 1) return;
    received.push(readDelivery(rpdu));
    uplink(Buffer.of(head, 1, 2, 2, rpdu[1] as number));
    for (const look of [...waiting]) look();
  }

  let kept = Buffer.alloc(0);
  socket.on("data", (octets: Buffer) => {
    kept = Buffer.concat([kept, octets]);
    while (kept.length >= 4 && kept.length >= 4 + kept.readUInt32BE(0)) {
      const length = kept.readUInt32BE(0);
      take(kept.subarray(4, 4 + length));
      kept = kept.subarray(4 + length);
    }
  });
  askToAttach();
  await attached.promise;
  return {
    received,
    async texts(count) {
      while (putTogether(received).length < count) {
        await new Promise<void>((resolve) => {
          const look = () => {
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
        });
      }
      return putTogether(received);
    },
    close: () => socket.destroy(),
  };
}

/** TS 29.118 §9.2. */
const sgs = {
  pagingRequest: 0x01,
  serviceRequest: 0x06,
  downlink: 0x07,
  uplink: 0x08,
  locationUpdateRequest: 0x09,
  locationUpdateAccept: 0x0a,
  locationUpdateReject: 0x0b,
  reallocationComplete: 0x0c,
  resetIndication: 0x15,
  resetAcknowledge: 0x16,
} as const;

type Element = readonly [tag: number, value: Buffer];

function identityOf(imsi: string): Element {
  const first = Buffer.of((Number(imsi[0]) << 4) | 9);
  return [0x01, Buffer.concat([first, swappedDigits(imsi.slice(1))])];
}

/** Each telephone comes by an MME of its own, of which the MSC knows one line. */
function managementOf(subscriber: number): Element {
  const code = String(subscriber + 1).padStart(2, "0");
  return [0x09, labels(`mmec${code}.mmegi0001.mme.epc.mnc001.mcc001.3gppnetwork.org`)];
}

function send(socket: Socket, type: number, elements: readonly Element[]): void {
  const body = elements.map(([tag, value]) => Buffer.concat([Buffer.of(tag, value.length), value]));
  const message = Buffer.concat([Buffer.of(type), ...body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  socket.write(Buffer.concat([length, message]));
}

function readElements(message: Buffer): Map<number, Buffer> {
  const elements = new Map<number, Buffer>();
  for (let at = 1; at + 1 < message.length; ) {
    const length = message[at + 1] as number;
    elements.set(message[at] as number, message.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return elements;
}

/** RP-DATA to the telephone (TS 24.011 §7.3.1.1) with an SMS-DELIVER inside (TS 23.040 §9.2.2.1). */
function readDelivery(rpdu: Buffer): ReceivedSms {
  let at = 2;
  at += 1 + (rpdu[at] as number);
  at += 1 + (rpdu[at] as number);
  const delivered = rpdu.subarray(at + 1, at + 1 + (rpdu[at] as number));
  const hasHeader = ((delivered[0] as number) & 0x40) !== 0;
  // The sender, then the protocol, the coding and seven octets of time.
  const coding = 3 + Math.ceil((delivered[1] as number) / 2) + 1;
  const dataCoding = delivered[coding] as number;
  const length = delivered[coding + 8] as number;
  const data = delivered.subarray(coding + 9);
  const header = hasHeader ? data.subarray(1, 1 + (data[0] as number)) : undefined;
  const headerOctets = header ? header.length + 1 : 0;
  const text =
    (dataCoding & 0x08) !== 0
      ? Buffer.from(data.subarray(headerOctets, length)).swap16().toString("utf16le")
      : textOfSeptets(unpackedSeptets(data, length).subarray(Math.ceil((headerOctets * 8) / 7)));
  return { text, part: header && partOf(header) };
}

function partOf(header: Buffer): ReceivedSms["part"] {
  const [element, , reference = 0, of = 0, index = 0] = header;
  return element === 0 ? { reference, of, index } : undefined;
}

/** Septets out of octets, the lowest bits first (TS 23.038 §6.1.2.1.1). */
export function unpackedSeptets(octets: Buffer, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => {
    const bit = index * 7;
    const two = (octets[bit >> 3] ?? 0) | ((octets[(bit >> 3) + 1] ?? 0) << 8);
    return (two >> (bit & 7)) & 0x7f;
  });
}

function putTogether(received: readonly ReceivedSms[]): string[] {
  const texts: string[] = [];
  const parts = new Map<number, Map<number, string>>();
  for (const { text, part } of received) {
    if (!part) {
      texts.push(text);
      continue;
    }
    const known = parts.get(part.reference) ?? new Map<number, string>();
    parts.set(part.reference, known.set(part.index, text));
    if (known.size < part.of) continue;
    texts.push(
      [...known]
        .toSorted(([a], [b]) => a - b)
        .map(([, piece]) => piece)
        .join(""),
    );
    parts.delete(part.reference);
  }
  return texts;
}

/** Two digits an octet, the first one low, and F where there is none. */
export function swappedDigits(digits: string): Buffer {
  const pairs = digits.match(/.{1,2}/g) ?? [];
  return Buffer.from(pairs.map((pair) => `${pair[1] ?? "f"}${pair[0]}`).join(""), "hex");
}

function labels(name: string): Buffer {
  const parts = name
    .split(".")
    .map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`));
  return Buffer.concat(parts);
}
