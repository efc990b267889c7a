// For tests only: sockets that a test speaks for, in the place of the door.
import { AssentError, type DeclarationId, type Purpose } from "@assent/protocol";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import type { Egress } from "./egress.ts";
import type { SocketHandlers } from "./network.ts";

export interface SocketForTests {
  readonly declaration: DeclarationId;
  readonly url: string;
  readonly handlers: SocketHandlers;
  /** What the client sent, oldest first. */
  readonly frames: {
    readonly declaration: DeclarationId;
    readonly bytes: Uint8Array;
    readonly purpose: Purpose | undefined;
  }[];
  /** What the door lets pass no more. */
  refused?: Purpose;
  isClosed: boolean;
}

export interface SocketsForTests extends Pick<Egress, "openSocket"> {
  readonly timers: TimersForTests;
  readonly opened: SocketForTests[];
}

/** @param onFrame called with each frame that is sent; speaks through the socket's handlers. */
export function createSockets(
  onOpen: (socket: SocketForTests) => void = () => undefined,
  onFrame: (socket: SocketForTests, bytes: Uint8Array) => void = () => undefined,
): SocketsForTests {
  const opened: SocketForTests[] = [];
  return {
    opened,
    timers: new TimersForTests(),
    openSocket: async (_lane, declaration, url, _subprotocol, handlers) => {
      const socket: SocketForTests = { declaration, url, handlers, frames: [], isClosed: false };
      opened.push(socket);
      onOpen(socket);
      return {
        send: async (frame, bytes, purpose) => {
          if (purpose && purpose === socket.refused) throw new AssentError("consent_required");
          socket.frames.push({ declaration: frame, bytes, purpose });
          onFrame(socket, bytes);
        },
        close: () => {
          if (socket.isClosed) return;
          socket.isClosed = true;
          handlers.onClose();
        },
      };
    },
  };
}
