// How much ws has of a message that has not come whole. It says so nowhere: this reads what its receiver keeps, and a test
// holds that it is still there in the version that is used.
import type { WebSocket } from "ws";

interface Receiver {
  /** 0 where the next bytes begin a frame. */
  readonly _state: number;
  /** What kind of message the fragments are of; 0 where there are none. */
  readonly _fragmented: number;
  readonly _bufferedBytes: number;
  readonly _buffers: readonly Uint8Array[];
  readonly _fragments: readonly Uint8Array[];
}

// What a chunk takes beside its bytes: objects of the language and of the allocator.
const bytesPerChunk = 512;

/** Bytes of memory; undefined where nothing has begun. */
export function receivedPartOf(socket: WebSocket): number | undefined {
  const { _receiver } = socket as unknown as { readonly _receiver: Receiver };
  const { _state, _fragmented, _bufferedBytes, _buffers, _fragments } = _receiver;
  if (_state === 0 && _fragmented === 0 && _bufferedBytes === 0) return undefined;
  let bytes = _bufferedBytes + (_buffers.length + _fragments.length) * bytesPerChunk;
  for (const fragment of _fragments) bytes += fragment.length;
  return bytes;
}
