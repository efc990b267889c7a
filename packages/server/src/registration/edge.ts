// RegistrationService on the wire. Checks lengths, calls one rule, replies.
import {
  AssentError,
  DeleteAccountRequestSchema,
  limits,
  RegistrationService,
  type SignedManifest,
  sealOverhead,
  signatureLength,
} from "@assent/protocol";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Authentication } from "../authentication/authentication.ts";
import { openCall } from "../authentication/signed-call.ts";
import type { PeerBrake } from "../limits/peer-brake.ts";
import { peerOf } from "../peer.ts";
import { requireAtMost, requireLength, requirePart } from "../request-fields.ts";
import type { Registration } from "./registration.ts";

/** The directory's rule that spends a claim. */
export type CreateAccount = (request: {
  readonly claim: Uint8Array;
  readonly claimSignature: Uint8Array;
  readonly sealedRecord: Uint8Array;
  readonly manifest: SignedManifest;
  readonly signature: Uint8Array;
}) => Promise<Uint8Array>;

const sealedNumberLength = sealOverhead + 32;
const consentBytes = 1_024;

const claimBytes = 512;

export function registrationEdge(parts: {
  readonly registration: Registration;
  readonly createAccount: CreateAccount;
  readonly authentication: Authentication;
  readonly startsPerPeer: PeerBrake;
}): ServiceImpl<typeof RegistrationService> {
  const { registration, createAccount, authentication, startsPerPeer } = parts;
  const deleteAccountProcedure = `/${RegistrationService.typeName}/${RegistrationService.method.deleteAccount.name}`;

  return {
    async getParameters() {
      const { bytes, signature } = await registration.parameters();
      return { parameters: bytes, signature };
    },

    async startRegistration(request, context) {
      startsPerPeer.count(peerOf(context));
      requireLength(request.sealedNumber, sealedNumberLength);
      requireAtMost(request.consent, consentBytes);
      requireLength(request.consentSignature, signatureLength);
      const started = await registration.start(request);
      return { ...started };
    },

    async verifyCode({ session, code }) {
      requireLength(session, 32);
      if (!/^\d{6}$/.test(code)) throw new AssentError("code_wrong");
      const { claim, evaluation } = await registration.verify(session, code);
      return { claim: claim.claim, claimSignature: claim.signature, evaluation };
    },

    async createAccount(request) {
      requireAtMost(request.claim, claimBytes);
      requireLength(request.claimSignature, signatureLength);
      requireAtMost(request.sealedRecord, limits.sealedRecordBytes);
      requireLength(request.signature, signatureLength);
      const manifest = requirePart(request.manifest);
      requireAtMost(manifest.manifest, limits.manifestBytes);
      requireLength(manifest.signature, signatureLength);
      const { claim, claimSignature, sealedRecord, signature } = request;
      const accountId = await createAccount({
        claim,
        claimSignature,
        sealedRecord,
        manifest,
        signature,
      });
      return { accountId };
    },

    async deleteAccount({ request }) {
      const { device, nonce } = await openCall(
        authentication,
        deleteAccountProcedure,
        request,
        DeleteAccountRequestSchema,
      );
      const { bytes, signature } = await registration.leave(device.accountId, nonce);
      return { receipt: bytes, signature };
    },
  };
}
