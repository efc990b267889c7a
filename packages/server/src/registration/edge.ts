// RegistrationService on the wire. Checks lengths, calls one rule, replies.
import {
  AssentError,
  Intent,
  paddedNumberLength,
  RegistrationService,
  RenewClaimRequestSchema,
  type Signed,
  type SignedBytes,
  sealOverhead,
  signatureLength,
} from "@assent/protocol";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Devices } from "../accounts/devices.ts";
import { openCall } from "../accounts/signed-call.ts";
import { networkOf } from "../limits/network.ts";
import type { PeerBrake } from "../limits/peer-brake.ts";
import { peerOf } from "../peer.ts";
import { requireAtMost, requireContract, requireLength } from "../request-fields.ts";
import type { CodeIntent } from "./code-sms.ts";
import type { Registration } from "./registration.ts";
import type { Renewal } from "./renewal.ts";
import { sessionSecretLength } from "./session.ts";

const sealedNumberLength = sealOverhead + paddedNumberLength;
const consentBytes = 1_024;

export function registrationEdge(parts: {
  readonly registration: Pick<Registration, "start" | "verify">;
  readonly renewal: Renewal;
  readonly devices: Pick<Devices, "deviceOfRequest">;
  readonly startsPerPeer: PeerBrake;
}): ServiceImpl<typeof RegistrationService> {
  const { registration, renewal, devices, startsPerPeer } = parts;

  return {
    async startRegistration(request, context) {
      requireContract(request.contract);
      const peer = peerOf(context);
      await startsPerPeer.count(peer);
      const started = await registration.start({
        intent: requireCodeIntent(request.intent),
        sealingEpoch: request.sealingEpoch,
        sealedNumber: requireLength(request.sealedNumber, sealedNumberLength),
        consent: request.consent && requireConsent(request.consent),
        network: networkOf(peer),
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
