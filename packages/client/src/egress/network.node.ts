// The network in Node: one pool of connections for each lane, and sockets that read no more than a frame may have, and
// nothing compressed: a few bytes could become any number.
import type { IncomingMessage } from "node:http";
import { AssentError, limits } from "@assent/protocol";
import { type ClientOptions, WebSocket } from "ws";
import { systemTimers, type Timers } from "../clock/timers.ts";
import type {
  HttpRequest,
  HttpResponse,
  Lane,
  Network,
  Socket,
  SocketHandlers,
} from "./network.ts";
import { Patience } from "./patience.ts";

// Not by an import: that reads all that the module offers, a second HTTP client among it, which takes ten times as long to load.
const { Agent: HttpAgent, request: httpRequest } = process.getBuiltinModule("node:http");
const { Agent: HttpsAgent, request: httpsRequest } = process.getBuiltinModule("node:https");

const openTimeoutMs = 15_000;
const socketOptions: ClientOptions & { readonly closeTimeout: number } = {
  perMessageDeflate: false,
  maxPayload: limits.frameBytes,
  handshakeTimeout: openTimeoutMs,
  followRedirects: false,
  // A service that does not say goodbye is not waited for.
  closeTimeout: 1_000,
};

export function openNodeNetwork(timers: Timers = systemTimers): Network {
  const agents = { account: newAgents(), anonymous: newAgents() };
  const opening = new Set<WebSocket>();
  return {
    http: (request, lane, maxBytes) => send(request, agents[lane], maxBytes, timers),
    openSocket: (...socket) => openSocket(opening, ...socket),
    close: () => {
      for (const socket of opening) socket.terminate();
      for (const lane of Object.keys(agents) as Lane[]) {
        agents[lane].http.destroy();
        agents[lane].https.destroy();
      }
    },
  };
}

function newAgents() {
  return {
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true }),
  };
}

function send(
  { method, url, headers, body }: HttpRequest,
  agents: ReturnType<typeof newAgents>,
  maxBytes: number,
  timers: Timers,
): Promise<HttpResponse> {
  const secure = url.startsWith("https:");
  const options = {
    method,
    headers: { ...headers, "content-length": String(body.length) },
    agent: secure ? agents.https : agents.http,
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
      const parts: Buffer[] = [];
      let received = 0;
      response.on("data", (part: Buffer) => {
        received += part.length;
        patience.came(part.length);
        parts.push(part);
        if (received > maxBytes) request.destroy(new Error("the answer is too large"));
      });
      response.on("error", fail);
      response.on("end", () => {
        patience.end();
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          body: new Uint8Array(Buffer.concat(parts)),
        });
      });
    });
    const patience = new Patience(timers, body.length, () =>
      request.destroy(new Error("no answer in time")),
    );
    const fail = (cause?: unknown) => {
      patience.end();
      reject(new AssentError("unreachable", { cause }));
    };
    request.on("error", fail);
    request.end(body);
  });
}

function openSocket(
  opening: Set<WebSocket>,
  url: string,
  subprotocol: string,
  handlers: SocketHandlers,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, subprotocol, socketOptions);
    opening.add(socket);
    let isOpen = false;
    let failure = new AssentError("unreachable");
    socket.on("error", (cause) => {
      failure = new AssentError(failure.code, { cause });
    });
    socket.on("unexpected-response", (request, { statusCode }) => {
      if (statusCode === 503) failure = new AssentError("busy");
      request.destroy(new Error("no socket was opened"));
    });
    let line: IncomingMessage["socket"] | undefined;
    socket.on("upgrade", (response) => {
      line = response.socket;
    });
    socket.on("open", () => {
      // Not before ws reads it: what came with the answer would reach this alone.
      line?.on("data", () => handlers.onBytes?.());
      isOpen = true;
      opening.delete(socket);
      resolve({ send: (bytes) => socket.send(bytes), close: () => socket.close() });
    });
    socket.on("message", (data, isBinary) => {
      // The service sends binary frames only; anything else is not its.
      if (isBinary && Buffer.isBuffer(data)) handlers.onMessage(new Uint8Array(data));
      else socket.close();
    });
    socket.on("close", (code) => {
      opening.delete(socket);
      if (isOpen) handlers.onClose(code);
      else reject(failure);
    });
  });
}
