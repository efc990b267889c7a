// The PDUs that a messaging entity exchanges with an SMSC, as bytes and back (SMPP 3.4 §4). Trusts nothing it reads.
import { BadPdu, OctetReader, OctetWriter } from "./octets.ts";

/** §5.1.2.1; the answers are the same with the highest bit set. */
export const commands = {
  bind_receiver: 0x0000_0001,
  submit_sm: 0x0000_0004,
  deliver_sm: 0x0000_0005,
  unbind: 0x0000_0006,
  bind_transceiver: 0x0000_0009,
  enquire_link: 0x0000_0015,
  data_sm: 0x0000_0103,
} as const;

const answerBit = 0x8000_0000;
export const genericNack = answerBit;

/** §5.1.3; any other number is some refusal. */
export const statuses = {
  ok: 0x00,
  invalidCommand: 0x03,
  systemError: 0x08,
  invalidPassword: 0x0e,
  queueFull: 0x14,
  throttled: 0x58,
} as const;

/** §5.3.2. */
export const parameterTags = {
  userMessageReference: 0x0204,
  receiptedMessageId: 0x001e,
  messageState: 0x0427,
  messagePayload: 0x0424,
  sarReference: 0x020c,
  sarTotal: 0x020e,
  sarIndex: 0x020f,
} as const;

export interface PduHeader {
  readonly command: number;
  readonly status: number;
  /** 1 to 0x7FFFFFFF; an answer has its request's. */
  readonly sequence: number;
}

export interface Pdu extends PduHeader {
  /** What follows the header, not yet read. */
  readonly body: Uint8Array;
}

export const headerLength = 16;

export function isAnswer({ command }: PduHeader): boolean {
  return command >= answerBit;
}

export function answerTo({ command, sequence }: PduHeader, status: number): PduHeader {
  return { command: command + answerBit, status, sequence };
}

/** @returns the PDU, its length in front. */
export function encodePdu(header: PduHeader, body: Uint8Array): Uint8Array {
  return new OctetWriter()
    .integer(headerLength + body.length, 4)
    .integer(header.command, 4)
    .integer(header.status, 4)
    .integer(header.sequence, 4)
    .octets(body)
    .written();
}

/** @param octets one whole PDU, its length in front. */
export function decodePdu(octets: Uint8Array): Pdu {
  const reader = new OctetReader(octets);
  const length = reader.integer(4);
  if (length !== octets.length || length < headerLength) throw new BadPdu("not of its length");
  const command = reader.integer(4);
  const status = reader.integer(4);
  const sequence = reader.integer(4);
  return { command, status, sequence, body: octets.subarray(headerLength) };
}

/** Bind as transmitter, receiver or both (§4.1). */
export interface Bind {
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
}

/** Of SMPP 3.4: an SMSC may hang up on any other without a word. */
const interfaceVersion = 0x34;

export function encodeBind(bind: Bind): Uint8Array {
  return new OctetWriter()
    .text(bind.systemId, 16)
    .text(bind.password, 9)
    .text(bind.systemType, 13)
    .integer(interfaceVersion, 1)
    .integer(0, 1)
    .integer(0, 1)
    .text("", 41)
    .written();
}

/** A number or name with its type and plan (§5.2.5, §5.2.6). */
export interface SmsAddress {
  readonly type: number;
  readonly plan: number;
  readonly digits: string;
}

/** What `submit_sm` and `deliver_sm` have alike (§4.4, §4.6). */
export interface ShortMessage {
  readonly source: SmsAddress;
  readonly destination: SmsAddress;
  /** §5.2.12. */
  readonly esmClass: number;
  /** Empty, or a relative time, such as 000000001000000R for ten minutes (§7.1.1). */
  readonly validity: string;
  /** §5.2.17. */
  readonly registeredDelivery: number;
  /** §5.2.19. */
  readonly dataCoding: number;
  /** At most 254 octets; with a user data header where `esmClass` says so. */
  readonly content: Uint8Array;
  readonly parameters: ReadonlyMap<number, Uint8Array>;
}

const mostContent = 254;

export function encodeShortMessage(message: ShortMessage): Uint8Array {
  if (message.content.length > mostContent) throw new BadPdu("a longer SMS than one PDU holds");
  const writer = new OctetWriter().text("", 6);
  writeAddress(writer, message.source);
  writeAddress(writer, message.destination);
  writer
    .integer(message.esmClass, 1)
    // Protocol and priority.
    .integer(0, 1)
    .integer(0, 1)
    // When it is delivered: at once.
    .text("", 17)
    .text(message.validity, 17)
    .integer(message.registeredDelivery, 1)
    // What it replaces: nothing.
    .integer(0, 1)
    .integer(message.dataCoding, 1)
    .integer(0, 1)
    .integer(message.content.length, 1)
    .octets(message.content);
  for (const [tag, value] of message.parameters) {
    writer.integer(tag, 2).integer(value.length, 2).octets(value);
  }
  return writer.written();
}

export function decodeShortMessage(body: Uint8Array): ShortMessage {
  const reader = new OctetReader(body);
  reader.text(6);
  const source = readAddress(reader);
  const destination = readAddress(reader);
  const esmClass = reader.integer(1);
  reader.octets(2);
  reader.text(17);
  const validity = reader.text(17);
  const registeredDelivery = reader.integer(1);
  reader.octets(1);
  const dataCoding = reader.integer(1);
  reader.octets(1);
  const content = reader.octets(reader.integer(1));
  const parameters = readParameters(reader);
  return {
    source,
    destination,
    esmClass,
    validity,
    registeredDelivery,
    dataCoding,
    // What is longer than one PDU's field comes as a parameter, and the field is empty (§5.3.2.32).
    content: parameters.get(parameterTags.messagePayload) ?? content,
    parameters,
  };
}

/** The SMSC's id of a submitted message. An answer that refuses has no body at all (§4.4.2). */
export function decodeMessageId(body: Uint8Array): string {
  return body.length === 0 ? "" : new OctetReader(body).text(65);
}

/** The body of a `deliver_sm_resp`: one empty text, also where it refuses; SMSCs drop those who leave it out (§4.6.2). */
export const emptyMessageId: Uint8Array = Uint8Array.of(0);

function writeAddress(writer: OctetWriter, { type, plan, digits }: SmsAddress): void {
  writer.integer(type, 1).integer(plan, 1).text(digits, 21);
}

function readAddress(reader: OctetReader): SmsAddress {
  const type = reader.integer(1);
  const plan = reader.integer(1);
  return { type, plan, digits: reader.text(21) };
}

function readParameters(reader: OctetReader): ReadonlyMap<number, Uint8Array> {
  const parameters = new Map<number, Uint8Array>();
  while (!reader.isAtEnd) {
    const tag = reader.integer(2);
    parameters.set(tag, reader.octets(reader.integer(2)));
  }
  return parameters;
}
