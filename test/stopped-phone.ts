// A phone that is stopped at one of its steps: before or after a commit, a request or a frame.
import type { Network } from "@assent/client/node";
import type { Between } from "./memory-phone.ts";
import { type StopAt, StoppableStore } from "./stoppable-store.ts";

/** Points before and after every request and frame. */
function stoppableNetwork(network: Network, stop: StopAt): Network {
  return {
    http: async (request, lane, maxBytes) => {
      stop.pass();
      const answer = await network.http(request, lane, maxBytes);
      stop.pass();
      return answer;
    },
    openSocket: async (url, subprotocol, handlers) => {
      stop.pass();
      const socket = await network.openSocket(url, subprotocol, {
        onMessage: (bytes) => {
          if (!stop.stopped) handlers.onMessage(bytes);
        },
        onClose: handlers.onClose,
      });
      return {
        send: (bytes) => {
          stop.pass();
          socket.send(bytes);
          stop.pass();
        },
        close: () => socket.close(),
      };
    },
    close: () => network.close(),
  };
}

/** Runs an action with a phone that stops at a step; what is left is what a kill leaves. */
export async function runUntil(
  stop: StopAt,
  action: (between: Between) => Promise<unknown>,
): Promise<void> {
  try {
    await action({
      store: (store) => new StoppableStore(store, stop),
      network: (network) => stoppableNetwork(network, stop),
    });
  } catch (error) {
    if (!stop.stopped) throw error;
  }
}
