// The binary frames of a WebSocket from the bytes that one side sent: masked by a client, one message each (RFC 6455, 5.2).

const binaryFrame = 2;

export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #isUpgraded = false;
  /** Of the request or the answer that it began with. */
  firstLine = "";

  *read(more: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, more]);
    if (!this.#isUpgraded) {
      const end = this.#rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#isUpgraded = true;
      this.firstLine = this.#rest.toString("latin1", 0, this.#rest.indexOf("\r\n"));
      this.#rest = this.#rest.subarray(end + 4);
    }
    for (let frame = this.#next(); frame; frame = this.#next()) {
      if (frame.opcode === binaryFrame) yield frame.payload;
    }
  }

  #next(): { opcode: number; payload: Buffer } | undefined {
    const bytes = this.#rest;
    if (bytes.length < 2) return undefined;
    const short = bytes.readUInt8(1) & 0x7f;
    const isMasked = bytes.readUInt8(1) > 0x7f;
    const head = (short === 126 ? 4 : short === 127 ? 10 : 2) + (isMasked ? 4 : 0);
    if (bytes.length < head) return undefined;
    const length =
      short === 126
        ? bytes.readUInt16BE(2)
        : short === 127
          ? Number(bytes.readBigUInt64BE(2))
          : short;
    if (bytes.length < head + length) return undefined;
    this.#rest = bytes.subarray(head + length);
    const payload = Buffer.from(bytes.subarray(head, head + length));
    if (isMasked) {
      const mask = bytes.subarray(head - 4, head);
      for (let at = 0; at < length; at += 1) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
    }
    return { opcode: bytes.readUInt8(0) & 0x0f, payload };
  }
}
