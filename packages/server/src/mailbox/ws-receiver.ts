// The receiver of a WebSocket, of which ws says nothing: how much it has of a message that has not come whole, and what it is handed,
// which is read here first. A test holds that both are still there in the version that is used.
import { Writable } from "node:stream";
import type { WebSocket } from "ws";

/** Reads what comes before ws does. */
export interface FirstReader {
  /** How many of its bytes it took: what stands behind them is ws's to read. */
  chunkCame(chunk: Buffer): number;
  /** ws read what was left to it. */
  restWasRead(): void;
}

interface Receiver extends Writable {
  /** 0 where the next bytes begin a frame. */
  readonly _state: number;
  /** What kind of message the fragments are of; 0 where there are none. */
  readonly _fragmented: number;
  readonly _bufferedBytes: number;
  readonly _buffers: readonly Uint8Array[];
  readonly _fragments: readonly Uint8Array[];
  /** Ours. */
  firstReader: FirstReader;
}

type Receiving = WebSocket & { readonly _receiver: Receiver };

// What a chunk takes beside its bytes: objects of the language and of the allocator.
const bytesPerChunk = 512;

/** Bytes of memory; undefined where nothing has begun. */
export function receivedPartOf(socket: WebSocket): number | undefined {
  const { _receiver } = socket as Receiving;
  const { _state, _fragmented, _bufferedBytes, _buffers, _fragments } = _receiver;
  if (_state === 0 && _fragmented === 0 && _bufferedBytes === 0) return undefined;
  let bytes = _bufferedBytes + (_buffers.length + _fragments.length) * bytesPerChunk;
  for (const fragment of _fragments) bytes += fragment.length;
  return bytes;
}

/** For as long as ws reads from it. */
export function readFirst(socket: WebSocket, reader: FirstReader): void {
  const { _receiver } = socket as Receiving;
  _receiver.firstReader = reader;
  _receiver.write = writeRest;
}

const writeAll: (this: Receiver, chunk: Buffer) => boolean = Writable.prototype.write;

function writeRest(this: Receiver, chunk: Buffer): boolean {
  const taken = this.firstReader.chunkCame(chunk);
  if (taken === chunk.length) return true;
  const takesMore = writeAll.call(this, taken > 0 ? chunk.subarray(taken) : chunk);
  this.firstReader.restWasRead();
  return takesMore;
}
