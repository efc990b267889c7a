// AccountService on the wire. Checks lengths, calls one rule, replies.
import {
  AccountService,
  AssentError,
  DeleteAccountRequestSchema,
  idLength,
  limits,
  RestartDeviceRequestSchema,
  type Signed,
  type SignedBytes,
  signatureLength,
} from "@assent/protocol";
import type { ServiceImpl } from "@connectrpc/connect";
import { requireAtMost, requireCount, requireLength, requirePart } from "../request-fields.ts";
import type { Accounts } from "./accounts.ts";
import type { Devices } from "./devices.ts";
import type { Leaving } from "./leaving.ts";
import { openCall, procedureOf } from "./signed-call.ts";

const claimBytes = 1_024;

export function accountsEdge(parts: {
  readonly accounts: Pick<Accounts, "create" | "update" | "restart">;
  readonly leaving: Pick<Leaving, "leave" | "leaveByNumber">;
  readonly devices: Pick<Devices, "deviceOfRequest" | "requestHash">;
}): ServiceImpl<typeof AccountService> {
  const { accounts, leaving, devices } = parts;

  return {
    async createAccount(request) {
      const accountId = await accounts.create({
        claim: requireSigned(request.claim, claimBytes),
        sealedRecord: requireLength(request.sealedRecord, limits.sealedRecordBytes),
        manifest: requireSigned(request.manifest, limits.manifestBytes),
        signature: requireLength(request.signature, signatureLength),
      });
      return { accountId };
    },

    async updateAccount(request) {
      await accounts.update({
        accountId: requireLength(request.accountId, idLength),
        sequence: request.sequence,
        sealedRecord: requireLength(request.sealedRecord, limits.sealedRecordBytes),
        manifest: requireSigned(request.manifest, limits.manifestBytes),
        claim: request.claim && requireSigned(request.claim, claimBytes),
        signature: requireLength(request.signature, signatureLength),
      });
      return {};
    },

    async restartDevice({ request }) {
      const { device, body } = await openCall(
        devices,
        AccountService.method.restartDevice,
        request,
        RestartDeviceRequestSchema,
      );
      if (body.generation < 1) throw new AssentError("request_invalid");
      requireCount(body.keyPackages, limits.keyPackagesPerRequest);
      for (const keyPackage of body.keyPackages) requireAtMost(keyPackage, limits.keyPackageBytes);
      const lastResort = body.lastResort.length > 0 ? body.lastResort : undefined;
      if (lastResort) requireAtMost(lastResort, limits.keyPackageBytes);
      const { generation, keyPackages: singleUse } = body;
      const restart = { generation, singleUse, lastResort };
      return { generation: await accounts.restart(device.deviceId, restart) };
    },

    async deleteAccount({ request }) {
      const given = requirePart(request);
      const method = AccountService.method.deleteAccount;
      const { device } = await openCall(devices, method, given, DeleteAccountRequestSchema);
      const requestHash = devices.requestHash(procedureOf(method), given);
      return { ...(await leaving.leave(device.accountId, requestHash)) };
    },

    async deleteByClaim({ claim }) {
      return { ...(await leaving.leaveByNumber(requireSigned(claim, claimBytes))) };
    },

    async moveNumber() {
      throw new AssentError("not_offered");
    },
  };
}

function requireSigned(signed: Signed | undefined, most: number): SignedBytes {
  const { encoded, signature } = requirePart(signed);
  return {
    encoded: requireAtMost(encoded, most),
    signature: requireLength(signature, signatureLength),
  };
}
