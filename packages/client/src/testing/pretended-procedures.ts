// Unary procedures as Connect carries them: a message in, a message or an error of the table out.
import { AssentError, ErrorDetailSchema, errorDetail } from "@assent/protocol";
import {
  create,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { HttpResponse } from "../egress/network.ts";

/** What of a service's procedures is answered; any other is not offered. */
export type Answering<S extends DescService> = {
  readonly [M in keyof S["method"]]?: (
    request: MessageShape<S["method"][M]["input"]>,
  ) => Promise<MessageInitShape<S["method"][M]["output"]>>;
};

/** From the bytes of a request to those of its answer. */
export type Procedure = (body: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>;

/** By the paths under which they are asked. */
export function proceduresOf<S extends DescService>(
  service: S,
  answering: Answering<S>,
): [path: string, procedure: Procedure][] {
  return Object.entries(answering).map(([name, answer]) => {
    const { input, output, name: methodName } = service.method[name] as DescMethod;
    const call = answer as (request: unknown) => Promise<MessageInitShape<typeof output>>;
    return [
      `/${service.typeName}/${methodName}`,
      async (body) => toBinary(output, create(output, await call(fromBinary(input, body)))),
    ];
  });
}

/** @throws what is no error of the table: the test that uses this is wrong then. */
export async function answerOf(
  procedure: Procedure | undefined,
  body: Uint8Array,
): Promise<HttpResponse> {
  try {
    if (!procedure) throw new AssentError("not_offered");
    return answer(200, "application/proto", await procedure(body));
  } catch (error) {
    if (!(error instanceof AssentError)) throw error;
    const value = toBinary(ErrorDetailSchema, errorDetail(error));
    const details = [{ type: ErrorDetailSchema.typeName, value: base64(value) }];
    const said = new TextEncoder().encode(JSON.stringify({ code: "failed_precondition", details }));
    return answer(400, "application/json", said);
  }
}

function answer(status: number, type: string, body: Uint8Array<ArrayBuffer>): HttpResponse {
  return { status, headers: { "content-type": type }, body };
}

/** Without padding, as Connect writes it. */
function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
}
