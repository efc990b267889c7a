// KeyPackages of this device: made here, kept until used, given to the directory to hand out.
import { AddKeyPackagesRequestSchema, type Ready } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Service } from "../egress/service.ts";
import type { Encryption, NewKeyPackage } from "../encryption/encryption.ts";
import { KeyPackageSchema, put, type Records, remove } from "../store/records.ts";
import type { Requester, SignedRequests } from "./signed-requests.ts";

const batch = 20;
const refillBelow = 10;
const lastResortDays = 30;
const day = 86_400_000;

export interface KeyPackageMaking {
  readonly records: Records;
  readonly encryption: Encryption;
  readonly signedRequests: SignedRequests;
  readonly service: (url: string) => Service;
  readonly now: () => number;
}

/** Stores new KeyPackages, then adds them at the directory. */
export async function addKeyPackages(
  making: KeyPackageMaking,
  requester: Requester,
  { withLastResort }: { readonly withLastResort: boolean },
): Promise<void> {
  const made: NewKeyPackage[] = [];
  for (let count = 0; count < batch + Number(withLastResort); count += 1) {
    made.push(await making.encryption.generateKeyPackage(requester.device, making.now()));
  }
  const lastResort = withLastResort ? made[batch] : undefined;
  await making.records.commit(
    made.map((keyPackage) =>
      put(
        "keyPackages",
        keyPackage.ref,
        create(KeyPackageSchema, {
          publicPart: keyPackage.publicPart,
          privatePart: keyPackage.privatePart,
          lastResort: keyPackage === lastResort,
          madeAtMs: BigInt(making.now()),
        }),
      ),
    ),
  );
  const body = toBinary(
    AddKeyPackagesRequestSchema,
    create(AddKeyPackagesRequestSchema, {
      keyPackages: made.slice(0, batch).map(({ publicPart }) => publicPart),
      ...(lastResort ? { lastResort: lastResort.publicPart } : {}),
    }),
  );
  const procedure = "/assent.v1.DirectoryService/AddKeyPackages";
  const { directory } = making.service(requester.cell.url);
  await making.signedRequests.call(requester, procedure, body, (request) =>
    directory.addKeyPackages({ request }),
  );
}

/** Adds some when they run low, and a new last resort when the old one was given out or has been about for long. */
export async function refillKeyPackages(
  making: KeyPackageMaking,
  requester: Requester,
  { singleUseKeyPackagesLeft: left, lastResortTaken }: Ready,
): Promise<void> {
  const kept = await making.records.list("keyPackages");
  const lastResorts = kept.filter(({ record }) => record.lastResort);
  const newest = Math.max(0, ...lastResorts.map(({ record }) => Number(record.madeAtMs)));
  const withLastResort = lastResortTaken || newest < making.now() - lastResortDays * day;
  if (left >= refillBelow && !withLastResort) return;
  await addKeyPackages(making, requester, { withLastResort });
  // The one before stays a while: somebody may have taken it just now.
  const outdated = lastResorts.filter(
    ({ record }) => Number(record.madeAtMs) < making.now() - 2 * lastResortDays * day,
  );
  await making.records.commit(outdated.map(({ key }) => remove("keyPackages", key)));
}
