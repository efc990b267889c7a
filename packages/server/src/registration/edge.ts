// RegistrationService on the wire. Checks lengths, calls one rule, replies.
import type { IncomingMessage } from "node:http";
import {
  AssentError,
  Intent,
  isWireErrorCode,
  RegistrationService,
  RenewClaimRequestSchema,
  type Signed,
  type SignedBytes,
  sealedNumberPlaintextLength,
  sealOverhead,
  signatureLength,
  type WireErrorCode,
} from "@assent/protocol";
import type { ServiceImpl } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import type { FastifyInstance } from "fastify";
import type { Devices } from "../accounts/devices.ts";
import { openCall, procedureOf } from "../accounts/signed-call.ts";
import { networkOf } from "../limits/network.ts";
import { type PeerOf, peerOf } from "../peer.ts";
import { requireAtMost, requireContract, requireLength } from "../request-fields.ts";
import { createHttpRefusals } from "../wire-errors.ts";
import type { CodeIntent } from "./code-sms.ts";
import type { EarlyRefusals } from "./early-refusals.ts";
import type { Registration } from "./registration.ts";
import type { Renewal } from "./renewal.ts";
import { sessionSecretLength } from "./session.ts";

const sealedNumberLength = sealOverhead + sealedNumberPlaintextLength;
const consentBytes = 1_024;

export function registrationEdge(parts: {
  readonly registration: Pick<Registration, "start" | "verify">;
  readonly renewal: Renewal;
  readonly devices: Pick<Devices, "deviceOfRequest">;
}): ServiceImpl<typeof RegistrationService> {
  const { registration, renewal, devices } = parts;

  return {
    async startRegistration(request, context) {
      requireContract(request.contract);
      const started = await registration.start({
        intent: requireCodeIntent(request.intent),
        sealingEpoch: request.sealingEpoch,
        sealedNumber: requireLength(request.sealedNumber, sealedNumberLength),
        consent: request.consent && requireConsent(request.consent),
        work: request.work,
        network: networkOf(peerOf(context)),
      });
      return { ...started };
    },

    async verifyCode({ session, code }, context) {
      requireLength(session, sessionSecretLength);
      if (!/^\d{6}$/.test(code)) throw new AssentError("code_wrong");
      const verified = await registration.verify(session, code, networkOf(peerOf(context)));
      if (verified.kind === "never") return {};
      const { claim, evaluation, certificate } = verified;
      return { claim, evaluation, certificate };
    },

    async renewClaim({ request }, context) {
      const { device, body } = await openCall(
        devices,
        RegistrationService.method.renewClaim,
        request,
        RenewClaimRequestSchema,
      );
      requireLength(body.sealedNumber, sealedNumberLength);
      const network = networkOf(peerOf(context));
      return { ...(await renewal.renew(device.accountId, body, network)) };
    },
  };
}

/** Before Connect sees a StartRegistration, which costs ten times as much as what is refused here. */
export function refuseStartsEarly(
  http: FastifyInstance,
  parts: {
    readonly early: EarlyRefusals;
    readonly peerOf: PeerOf;
    /** Hears of each. */
    readonly refused: (code: WireErrorCode) => void;
  },
): void {
  const { early, refused } = parts;
  const { mostBytes } = early;
  const httpRefusal = createHttpRefusals();
  const path = procedureOf(RegistrationService.method.startRegistration);
  http.addHook("preHandler", async (request, reply) => {
    // By its route, not by how the request spells it: a query or an escaped letter changes nothing.
    if (request.routeOptions.url !== path || request.method !== "POST") return undefined;
    try {
      await early.beforeBody(parts.peerOf(request.raw));
      const bytes = await readBody(request.raw, mostBytes);
      const { answered } = early.ofBody(bytes);
      reply.raw.once("close", () => answered(reply.raw.statusCode));
      // Connect reads it from here, the stream being at its end.
      request.body = createAsyncIterable([bytes]);
      return undefined;
    } catch (error) {
      if (!(error instanceof AssentError && isWireErrorCode(error.code))) throw error;
      refused(error.code);
      const { status, body } = httpRefusal(error);
      return reply.code(status).type("application/json").send(body);
    }
  });
}

/** @throws AssentError request_too_large, request_invalid where it breaks off */
function readBody(stream: IncomingMessage, most: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => reject(new AssentError("request_too_large"));
    if (Number(stream.headers["content-length"] ?? 0) > most) return tooLarge();
    const parts: Buffer[] = [];
    let length = 0;
    stream.on("data", (part: Buffer) => {
      length += part.length;
      if (length > most) tooLarge();
      else parts.push(part);
    });
    stream.on("end", () =>
      resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)),
    );
    // Its line broke: nobody reads the answer, and nothing went wrong here.
    stream.on("error", (cause) => reject(new AssentError("request_invalid", { cause })));
  });
}

/** @throws AssentError request_invalid */
function requireCodeIntent(intent: Intent): CodeIntent {
  if (intent === Intent.REGISTER || intent === Intent.LEAVE || intent === Intent.NEVER) {
    return intent;
  }
  throw new AssentError("request_invalid");
}

function requireConsent({ encoded, signature }: Signed): SignedBytes {
  return {
    encoded: requireAtMost(encoded, consentBytes),
    signature: requireLength(signature, signatureLength),
  };
}
