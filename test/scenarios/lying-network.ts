// Between a phone and its service, for tests of a service that lies: answers and frames are changed on the way.
import type { HttpResponse, Network } from "@assent/client/node";
import {
  type DeliveredEnvelope,
  ErrorDetailSchema,
  type InboxAnswer,
  InboxAnswerSchema,
  type OutboxAnswer,
  OutboxAnswerSchema,
  type WireErrorCode,
} from "@assent/protocol";
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { changedNetwork } from "../memory-phone.ts";

export type Between = (network: Network) => Network;

/** Changes one procedure's answers. */
export function lying<T extends DescMessage>(
  procedure: string,
  schema: T,
  lie: (answer: MessageShape<T>) => void,
): Between {
  return (network) =>
    changedNetwork(network, {
      http: async (request, lane, maxBytes) => {
        const answer = await network.http(request, lane, maxBytes);
        if (!request.url.endsWith(procedure) || answer.status !== 200) return answer;
        const message = fromBinary(schema, answer.body);
        lie(message);
        return withBody(answer, toBinary(schema, message));
      },
    });
}

/** Refuses one procedure by a code of the error table, and tells nobody that it was asked. */
export function refusing(procedure: string, code: WireErrorCode): Between {
  const detail = toBinary(ErrorDetailSchema, create(ErrorDetailSchema, { code }));
  const value = Buffer.from(detail).toString("base64").replace(/=+$/, "");
  const error = { code: "aborted", details: [{ type: "assent.v1.ErrorDetail", value }] };
  const refusal = {
    status: 409,
    headers: { "content-type": "application/json" },
    body: new Uint8Array(Buffer.from(JSON.stringify(error))),
  };
  return (network) =>
    changedNetwork(network, {
      http: async (request, lane, maxBytes) =>
        request.url.endsWith(procedure) ? refusal : network.http(request, lane, maxBytes),
    });
}

/** Both, one around the other. */
export function both(outer: Between, inner: Between): Between {
  return (network) => outer(inner(network));
}

/** Changes what the inbox says. */
export function inboxSaying(change: (body: InboxAnswer["body"]) => void): Between {
  return (network) =>
    changedNetwork(network, {
      openSocket: (url, subprotocol, handlers) =>
        network.openSocket(url, subprotocol, {
          onClose: handlers.onClose,
          onMessage: (bytes) => {
            if (!url.endsWith("/inbox")) return handlers.onMessage(bytes);
            const answer = fromBinary(InboxAnswerSchema, bytes);
            change(answer.body);
            handlers.onMessage(toBinary(InboxAnswerSchema, answer));
          },
        }),
    });
}

/** Changes the envelopes of each delivery. */
export function delivering(
  change: (envelopes: DeliveredEnvelope[]) => DeliveredEnvelope[],
): Between {
  return inboxSaying((body) => {
    if (body.case === "delivery") body.value.envelopes = change(body.value.envelopes);
  });
}

/** Changes what the outbox answers. */
export function outboxSaying(change: (answer: OutboxAnswer) => void): Between {
  return (network) =>
    changedNetwork(network, {
      openSocket: (url, subprotocol, handlers) =>
        network.openSocket(url, subprotocol, {
          onClose: handlers.onClose,
          onMessage: (bytes) => {
            if (!url.endsWith("/outbox")) return handlers.onMessage(bytes);
            const answer = fromBinary(OutboxAnswerSchema, bytes);
            change(answer);
            handlers.onMessage(toBinary(OutboxAnswerSchema, answer));
          },
        }),
    });
}

/** Counts the frames that go out over the outbox. */
export function countingPuts(sent: { puts: number }): Between {
  return (network) =>
    changedNetwork(network, {
      openSocket: async (url, subprotocol, handlers) => {
        const socket = await network.openSocket(url, subprotocol, handlers);
        return {
          send: (bytes) => {
            if (url.endsWith("/outbox")) sent.puts += 1;
            socket.send(bytes);
          },
          close: () => socket.close(),
        };
      },
    });
}

export function flipped(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(bytes);
  changed[changed.length >> 1] = (changed[changed.length >> 1] as number) ^ 1;
  return changed;
}

function withBody(answer: HttpResponse, body: Uint8Array): HttpResponse {
  const headers = { ...answer.headers, "content-length": String(body.length) };
  return { ...answer, headers, body };
}
