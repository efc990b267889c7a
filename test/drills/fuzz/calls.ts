// One unary call as bytes, and what came of it by the table.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { ErrorDetailSchema } from "@assent/protocol";
import { type DescMethodUnary, fromBinary, fromJsonString } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import type { Answer, TimedAnswer } from "./cases.ts";
import type { FuzzedService } from "./service.ts";

export function pathOf(method: DescMethodUnary): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** Sends these bytes; the answer must be a message of the contract, or name a code of the table. */
export async function call(
  service: FuzzedService,
  method: DescMethodUnary,
  body: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<TimedAnswer> {
  const started = performance.now();
  const answer = await fetch(`${service.origin}${pathOf(method)}`, {
    method: "POST",
    headers: { "content-type": "application/proto", ...headers },
    body,
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const tookMs = performance.now() - started;
  if (answer.status === 200) {
    if (headers["content-type"] === "application/json") {
      fromJsonString(method.output, new TextDecoder().decode(bytes));
    } else fromBinary(method.output, bytes);
    return { answer: "accepted", tookMs };
  }
  return { answer: codeOfBody(method, answer.status, bytes), tookMs };
}

/** Announces a body of so many bytes, and sends none of it. */
export async function announce(
  service: FuzzedService,
  method: DescMethodUnary,
  length: number,
): Promise<Answer> {
  const headers = { "content-type": "application/proto", "content-length": length };
  const asking = request(`${service.origin}${pathOf(method)}`, { method: "POST", headers });
  asking.flushHeaders();
  asking.on("error", () => undefined);
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  const bytes = await buffer(answer);
  asking.destroy();
  return codeOfBody(method, answer.statusCode ?? 0, bytes);
}

function codeOfBody(method: DescMethodUnary, status: number, bytes: Uint8Array): Answer {
  const text = new TextDecoder().decode(bytes);
  assert.notEqual(text, "", `${method.name} answers ${status} and says nothing`);
  const { details = [] } = JSON.parse(text) as { details?: { type: string; value: string }[] };
  const detail = details.find(({ type }) => type === ErrorDetailSchema.typeName);
  assert.ok(detail, `${method.name} answers ${status} without a code of the table: ${text}`);
  return fromBinary(ErrorDetailSchema, base64Decode(detail.value)).code as Answer;
}
