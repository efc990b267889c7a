// DirectoryService on the wire. Checks lengths, calls one rule, replies. Only AddKeyPackages says who calls.
import { AddKeyPackagesRequestSchema, DirectoryService, limits } from "@assent/protocol";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Authentication } from "../authentication/authentication.ts";
import { openCall } from "../authentication/signed-call.ts";
import type { PeerBrake } from "../limits/peer-brake.ts";
import { peerOf } from "../peer.ts";
import { requireAtMost, requireCount, requireLength } from "../request-fields.ts";
import type { Directory } from "./directory.ts";

export function directoryEdge(parts: {
  readonly directory: Directory;
  readonly authentication: Authentication;
  readonly takesPerPeer: PeerBrake;
}): ServiceImpl<typeof DirectoryService> {
  const { directory, authentication, takesPerPeer } = parts;
  const addKeyPackagesProcedure = `/${DirectoryService.typeName}/${DirectoryService.method.addKeyPackages.name}`;

  return {
    async getRecord({ lookupKey }) {
      requireLength(lookupKey, 32);
      const sealedRecord = await directory.sealedRecordOf(lookupKey);
      return sealedRecord ? { found: true, sealedRecord } : { found: false };
    },

    async takeKeyPackages({ accountId }, context) {
      takesPerPeer.count(peerOf(context));
      requireLength(accountId, 32);
      const { manifest, devices } = await directory.takeKeyPackages(accountId);
      return { manifest, devices: [...devices] };
    },

    async addKeyPackages({ request }) {
      const { device, body } = await openCall(
        authentication,
        addKeyPackagesProcedure,
        request,
        AddKeyPackagesRequestSchema,
      );
      requireCount(body.keyPackages, limits.keyPackagesPerRequest);
      for (const keyPackage of body.keyPackages) requireAtMost(keyPackage, limits.keyPackageBytes);
      const lastResort = body.lastResort.length > 0 ? body.lastResort : undefined;
      if (lastResort) requireAtMost(lastResort, limits.keyPackageBytes);
      const added = { singleUse: body.keyPackages, lastResort };
      return { singleUseLeft: await directory.addKeyPackages(device.deviceId, added) };
    },
  };
}
