// One request to a provider, on a connection of its own, so that it is known whether it can have left. Follows nobody
// elsewhere, and trusts nothing of the answer but its length up to a bound.
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { After } from "../../after.ts";

export type Posted =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  /** Nobody was there, or somebody else: none of it left. */
  | { readonly kind: "not-sent" }
  /** It left, or some of it did, and no answer came. */
  | { readonly kind: "unanswered" };

const mostAnswer = 65_536;

export function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  within: { readonly ms: number; readonly after: After; readonly closing: AbortSignal },
): Promise<Posted> {
  return new Promise((resolve) => {
    const isTls = url.protocol === "https:";
    const length = String(Buffer.byteLength(body));
    const request = (isTls ? requestHttps : requestHttp)(url, {
      method: "POST",
      agent: false,
      headers: { ...headers, "content-length": length },
    });
    let isConnected = false;

    function end(posted: Posted): void {
      stop();
      within.closing.removeEventListener("abort", unanswered);
      request.destroy();
      resolve(posted);
    }
    const unanswered = () => end({ kind: isConnected ? "unanswered" : "not-sent" });
    const stop = within.after(within.ms, unanswered);
    within.closing.addEventListener("abort", unanswered);

    request.on("socket", (socket) => {
      socket.once(isTls ? "secureConnect" : "connect", () => {
        isConnected = true;
      });
    });
    request.on("error", unanswered);
    request.on("response", (answer) => {
      const status = answer.statusCode ?? 0;
      const parts: Buffer[] = [];
      let length = 0;
      answer.on("data", (part: Buffer) => {
        length += part.length;
        // The status says it; the rest would only have named it.
        if (length > mostAnswer) return end({ kind: "answered", status, body: "" });
        parts.push(part);
      });
      answer.on("end", () =>
        end({ kind: "answered", status, body: Buffer.concat(parts).toString() }),
      );
      answer.on("error", () => end({ kind: "answered", status, body: "" }));
    });
    request.end(body);
  });
}
