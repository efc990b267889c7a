// The network in browsers. What the browser adds to each request cannot be left out: User-Agent, Accept-Language, and
// for another origin Origin. It also pools its connections by origin: requests of both lanes may share one, and with
// it the service could see that they come from the same device. Only sockets are connections of their own.
import { AssentError, concat } from "@assent/protocol";
import type { HttpRequest, HttpResponse, Network } from "./network.ts";
import { openWebSocket } from "./web-socket.ts";

const answerTimeoutMs = 15_000;

export function openDomNetwork(): Network {
  return {
    http: (request, _lane, maxBytes) => send(request, maxBytes),
    openSocket: openWebSocket,
    close: () => {
      // Idle connections are the browser's.
    },
  };
}

async function send(
  { method, url, headers, body }: HttpRequest,
  maxBytes: number,
): Promise<HttpResponse> {
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
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await readBounded(response, maxBytes),
    };
  } catch (cause) {
    throw new AssentError("unreachable", { cause });
  }
}

async function readBounded({ body }: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  // Not by `for await`, which Safari's streams do not know.
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    received += part.value.length;
    if (received > maxBytes) {
      await reader?.cancel();
      throw new Error("the answer is too large");
    }
    parts.push(part.value);
  }
  return concat(...parts);
}
