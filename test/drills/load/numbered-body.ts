// The bodies that drills put: each names its way and its text in every block of 16 bytes, so that a torn or foreign one is
// noticed, and so that any piece of one is found wherever it lies about.

/** Eight bytes that nothing else has. */
const marker: Buffer = Buffer.from("9ad1f0c35be8274e", "hex");
const blockBytes = 16;
const bodyBytes = 512;

export interface NumberedText {
  /** A number of its way. */
  readonly way: number;
  readonly text: number;
}

export function bodyOf({ way, text }: NumberedText): Buffer<ArrayBuffer> {
  const body = Buffer.alloc(bodyBytes);
  marker.copy(body);
  body.writeUInt32BE(way, 8);
  body.writeUInt32BE(text, 12);
  for (let at = blockBytes; at < bodyBytes; at += blockBytes) body.copyWithin(at, 0, blockBytes);
  return body;
}

/** @throws where it is not whole */
export function readBody(body: Uint8Array): NumberedText {
  const view = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found = { way: view.readUInt32BE(8), text: view.readUInt32BE(12) };
  if (!view.equals(bodyOf(found))) throw new Error("a body came that is not as it was put");
  return found;
}

/** The same again is the same envelope. */
export function envelopeIdOf({ way, text }: NumberedText): Buffer<ArrayBuffer> {
  const id = Buffer.alloc(32, 0x5a);
  id.writeUInt32BE(way, 0);
  id.writeUInt32BE(text, 4);
  return id;
}

/** How many pieces of bodies are in some bytes. */
export function countMarkers(bytes: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + 1)) found += 1;
  return found;
}
