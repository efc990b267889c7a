// Cuts what comes over a connection into PDUs. Bounded: a length that no PDU has ends the connection, since where the
// next one would begin is then unknown.
import { BadPdu } from "./octets.ts";
import { decodePdu, headerLength, type Pdu } from "./pdu.ts";

/** Above any PDU that an SMSC sends: a `message_payload` of 64 KB and its fields. */
const mostOctets = 66_000;

/** Takes what came, and answers with the PDUs that are complete. @throws BadPdu */
export function createPduCutter(): (received: Uint8Array) => Pdu[] {
  let kept: Uint8Array = new Uint8Array();
  return (received) => {
    const octets = kept.length === 0 ? received : Buffer.concat([kept, received]);
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    const pdus: Pdu[] = [];
    let at = 0;
    while (octets.length - at >= 4) {
      const length = view.getUint32(at);
      if (length < headerLength || length > mostOctets) throw new BadPdu("no length of a PDU");
      if (octets.length - at < length) break;
      pdus.push(decodePdu(octets.subarray(at, at + length)));
      at += length;
    }
    kept = octets.slice(at);
    return pdus;
  };
}
