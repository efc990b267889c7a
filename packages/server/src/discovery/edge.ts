// DiscoveryService on the wire, and the buckets as files beside it, which anyone may have.
import {
  AssentError,
  DiscoveryService,
  EvaluateRequestSchema,
  elementLength,
  limits,
} from "@assent/protocol";
import type { ServiceImpl } from "@connectrpc/connect";
import type { FastifyInstance } from "fastify";
import type { Devices } from "../accounts/devices.ts";
import { openCall } from "../accounts/signed-call.ts";
import { networkOf } from "../limits/network.ts";
import { peerOf } from "../peer.ts";
import { requireCount, requireLength } from "../request-fields.ts";
import type { Buckets } from "./buckets.ts";
import type { Discovery } from "./discovery.ts";

export function discoveryEdge(parts: {
  readonly discovery: Discovery;
  readonly devices: Pick<Devices, "deviceOfRequest">;
}): ServiceImpl<typeof DiscoveryService> {
  const { discovery, devices } = parts;

  return {
    async evaluate({ request }, context) {
      const { device, body } = await openCall(
        devices,
        DiscoveryService.method.evaluate,
        request,
        EvaluateRequestSchema,
      );
      requireCount(body.blindedElements, limits.blindedElementsPerRequest);
      if (body.blindedElements.length === 0) throw new AssentError("request_invalid");
      for (const element of body.blindedElements) requireLength(element, elementLength);
      const evaluated = await discovery.evaluate(
        device.lookupHash,
        body.voprfEpoch,
        body.blindedElements,
        networkOf(peerOf(context)),
      );
      return { ...evaluated };
    },
  };
}

/** One spelling for each, so that a file has one name. */
const decimal = /^(?:0|[1-9]\d{0,9})$/;

/** GET /buckets/{epoch}/index and /buckets/{epoch}/{n}. Always asked for again, cheaply: see the ETag. */
export function serveBuckets(http: FastifyInstance, buckets: Buckets): void {
  http.get("/buckets/:epoch/:name", async (request, reply) => {
    const { epoch, name } = request.params as { epoch: string; name: string };
    const isNamed = decimal.test(epoch) && (name === "index" || decimal.test(name));
    const file = isNamed
      ? await buckets.file(Number(epoch), name === "index" ? name : Number(name))
      : undefined;
    if (!file) return reply.code(404).send();
    reply.header("cache-control", "public, no-cache").header("etag", file.etag);
    if (namesEtag(request.headers["if-none-match"], file.etag)) return reply.code(304).send();
    return reply.type("application/octet-stream").send(file.bytes);
  });
}

// RFC 9110, 13.1.2: compared weakly.
function namesEtag(header: string | undefined, etag: string): boolean {
  const named = header?.split(",").map((part) => part.trim().replace(/^W\//, "")) ?? [];
  return named.includes(etag) || named.includes("*");
}
