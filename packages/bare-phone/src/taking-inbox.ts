// An inbox that takes what comes: every delivery is handed over and acknowledged in one step, as quick as it can be.
import type { DeliveredEnvelope } from "@assent/protocol";
import type { WebSocket } from "ws";
import { authentication, type InboxAsk, inboxAnswerIn, inboxFrame } from "./inbox.ts";
import type { Phone, Server } from "./phone.ts";
import { openSocket, socketUrl } from "./socket.ts";

export interface TakingInbox {
  /** One full capability. */
  mint(): Promise<Uint8Array>;
  /** Rejects where the service refuses something or goes; where nobody looks, that ends the program. */
  readonly failed: Promise<never>;
  close(): void;
}

/** Resolves when the service said `ready`. */
export async function openTakingInbox(
  server: Pick<Server, "origin">,
  phone: Phone,
  onEnvelopes: (envelopes: readonly DeliveredEnvelope[]) => void,
): Promise<TakingInbox> {
  const minted: ((capability: Uint8Array) => void)[] = [];
  const ready = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  let isReady = false;
  const fail = (reason: string) => (isReady ? failed : ready).reject(new Error(reason));
  let last = 0;
  const send = (to: WebSocket, body: InboxAsk) => {
    last += 1;
    to.send(inboxFrame(last, body));
  };
  const onMessage = (data: Buffer, from: WebSocket) => {
    const answer = inboxAnswerIn(data);
    switch (answer.case) {
      case "challenge":
        authentication(phone, answer.value.nonce).then(
          (value) => send(from, { case: "authenticate", value }),
          ready.reject,
        );
        return;
      case "ready":
        isReady = true;
        return ready.resolve();
      case "mintedCapabilities":
        return minted.shift()?.(answer.value.capabilities[0]?.capability ?? new Uint8Array());
      case "delivery": {
        const newest = answer.value.envelopes.at(-1);
        if (!newest) return;
        onEnvelopes(answer.value.envelopes);
        return send(from, { case: "acknowledge", value: { position: newest.position } });
      }
      case "error":
        return fail(answer.value.code);
    }
  };
  const socket = await openSocket(socketUrl(server, "/inbox"), onMessage);
  const closed = (code: number) => fail(`closed with ${code}`);
  socket.once("close", closed);
  await ready.promise;
  return {
    mint() {
      const { promise, resolve } = Promise.withResolvers<Uint8Array>();
      minted.push(resolve);
      send(socket, { case: "mintCapabilities", value: { count: 1 } });
      return promise;
    },
    failed: failed.promise,
    close() {
      socket.off("close", closed);
      socket.terminate();
    },
  };
}
