// What network.dom.test.ts runs in a browser: requests through the browser's network, as `send`, and its
// end, as `closeNetwork`.
import { openDomNetwork } from "@assent/client/dom";
import { AssentError } from "@assent/protocol";

const network = openDomNetwork();

async function send(method: "GET" | "POST", url: string, maxBytes: number) {
  const body = new TextEncoder().encode(method === "POST" ? "what was given" : "");
  const headers: Record<string, string> = {};
  if (method === "POST") headers["content-type"] = "application/proto";
  try {
    const answer = await network.http({ method, url, headers, body }, "anonymous", maxBytes);
    return { ...answer, body: new TextDecoder().decode(answer.body) };
  } catch (error) {
    if (error instanceof AssentError) return { code: error.code };
    throw error;
  }
}

Object.assign(globalThis, { send, closeNetwork: () => network.close() });
