// The network in browsers. What the browser adds to each request cannot be left out: User-Agent, Accept-Language, and
// for another origin Origin; a socket is offered compression. It also pools its connections by origin: requests of both
// lanes may share one, and with it the service could see that they come from the same device. Only sockets are connections
// of their own.
import { AssentError, concat, limits } from "@assent/protocol";
import { systemTimers } from "../clock/timers.ts";
import type { HttpRequest, HttpResponse, Network, Socket, SocketHandlers } from "./network.ts";
import { Patience } from "./patience.ts";

const openTimeoutMs = 15_000;

export function openDomNetwork(): Network {
  const underWay = new Set<AbortController>();
  return {
    isOfOnePage: true,
    http: async (request, _lane, maxBytes) => {
      const ending = new AbortController();
      underWay.add(ending);
      try {
        return await send(request, maxBytes, ending);
      } finally {
        underWay.delete(ending);
      }
    },
    openSocket,
    close: () => {
      // Idle connections are the browser's.
      for (const ending of underWay) ending.abort();
    },
  };
}

async function send(
  { method, url, headers, body }: HttpRequest,
  maxBytes: number,
  ending: AbortController,
): Promise<HttpResponse> {
  const patience = new Patience(systemTimers, body.length, () => ending.abort());
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(method === "POST" && { body: new Uint8Array(body) }),
      mode: new URL(url).origin === location.origin ? "same-origin" : "cors",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      redirect: "error",
      signal: ending.signal,
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await readBounded(response, maxBytes, patience),
    };
  } catch (cause) {
    throw new AssentError("unreachable", { cause });
  } finally {
    patience.end();
  }
}

async function readBounded(
  { body }: Response,
  maxBytes: number,
  patience: Patience,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  // Not by `for await`, which Safari's streams do not know.
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    received += part.value.length;
    patience.came(part.value.length);
    if (received > maxBytes) {
      await reader?.cancel();
      throw new Error("the answer is too large");
    }
    parts.push(part.value);
  }
  return concat(...parts);
}

function openSocket(url: string, subprotocol: string, handlers: SocketHandlers): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, subprotocol);
    socket.binaryType = "arraybuffer";
    let isOpen = false;
    const timeout = setTimeout(() => socket.close(), openTimeoutMs);
    socket.onopen = () => {
      isOpen = true;
      clearTimeout(timeout);
      resolve({
        send: (bytes) => socket.send(new Uint8Array(bytes)),
        close: () => socket.close(),
      });
    };
    socket.onmessage = ({ data }) => {
      // The service sends binary frames only, and none that is longer; anything else is not its.
      const isFrame = data instanceof ArrayBuffer && data.byteLength <= limits.frameBytes;
      if (isFrame) handlers.onMessage(new Uint8Array(data));
      else socket.close();
    };
    socket.onclose = ({ code }) => {
      clearTimeout(timeout);
      if (isOpen) handlers.onClose(code);
      else reject(new AssentError("unreachable"));
    };
  });
}
