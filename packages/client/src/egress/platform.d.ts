// The platform's way out to the network, declared only in the room that may use it.
declare class WebSocket {
  constructor(url: string, subprotocol: string);
  binaryType: "arraybuffer" | "blob";
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(bytes: Uint8Array): void;
  close(): void;
}
