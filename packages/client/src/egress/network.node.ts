// The network in Node: one pool of connections for each lane.
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { AssentError } from "@assent/protocol";
import type { HttpRequest, HttpResponse, Lane, Network } from "./network.ts";
import { openWebSocket } from "./web-socket.ts";

const answerTimeoutMs = 15_000;

export function openNodeNetwork(): Network {
  const agents = { account: newAgents(), anonymous: newAgents() };
  return {
    http: (request, lane, maxBytes) => send(request, agents[lane], maxBytes),
    openSocket: openWebSocket,
    close: () => {
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
): Promise<HttpResponse> {
  const secure = url.startsWith("https:");
  const options = {
    method,
    headers: { ...headers, "content-length": String(body.length) },
    agent: secure ? agents.https : agents.http,
    timeout: answerTimeoutMs,
    signal: AbortSignal.timeout(2 * answerTimeoutMs),
  };
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown) => reject(new AssentError("unreachable", { cause }));
    const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
      const parts: Buffer[] = [];
      let received = 0;
      response.on("data", (part: Buffer) => {
        received += part.length;
        parts.push(part);
        if (received > maxBytes) request.destroy(new Error("the answer is too large"));
      });
      response.on("error", fail);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          body: new Uint8Array(Buffer.concat(parts)),
        }),
      );
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", fail);
    request.end(body);
  });
}
