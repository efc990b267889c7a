// DirectoryService on the wire. Checks lengths, calls one rule, replies. Only AddKeyPackages says who calls.
import { AddKeyPackagesRequestSchema, DirectoryService, idLength, limits } from "@assent/protocol";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Devices } from "../accounts/devices.ts";
import { openCall } from "../accounts/signed-call.ts";
import type { PeerBrake } from "../limits/peer-brake.ts";
import { peerOf } from "../peer.ts";
import { requireAtMost, requireCount, requireLength } from "../request-fields.ts";
import type { Directory } from "./directory.ts";

const lookupKeyLength = 32;

export function directoryEdge(parts: {
  readonly directory: Pick<Directory, "sealedRecordOf" | "takeKeyPackages" | "addKeyPackages">;
  readonly devices: Pick<Devices, "deviceOfRequest">;
  readonly takesPerPeer: PeerBrake;
}): ServiceImpl<typeof DirectoryService> {
  const { directory, devices, takesPerPeer } = parts;

  return {
    async getRecord({ lookupKey }) {
      requireLength(lookupKey, lookupKeyLength);
      const sealedRecord = await directory.sealedRecordOf(lookupKey);
      return sealedRecord ? { found: true, sealedRecord } : { found: false };
    },

    async takeKeyPackages({ accountId }, context) {
      requireLength(accountId, idLength);
      await takesPerPeer.count(peerOf(context));
      const taken = await directory.takeKeyPackages(accountId);
      return { manifest: taken.manifest, devices: [...taken.devices] };
    },

    async addKeyPackages({ request }) {
      const { device, body } = await openCall(
        devices,
        DirectoryService.method.addKeyPackages,
        request,
        AddKeyPackagesRequestSchema,
      );
      requireCount(body.keyPackages, limits.keyPackagesPerRequest);
      for (const keyPackage of body.keyPackages) requireAtMost(keyPackage, limits.keyPackageBytes);
      const lastResort = body.lastResort.length > 0 ? body.lastResort : undefined;
      if (lastResort) requireAtMost(lastResort, limits.keyPackageBytes);
      const { keyPackages: singleUse, replacesAll } = body;
      const added = { singleUse, lastResort, replacesAll };
      return { singleUseLeft: await directory.addKeyPackages(device.deviceId, added) };
    },
  };
}
