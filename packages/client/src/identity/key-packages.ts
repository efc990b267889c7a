// KeyPackages of this device: made here, kept until used, given to the directory to hand out.
import { AddKeyPackagesRequestSchema } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Service } from "../egress/service.ts";
import type { Encryption, NewKeyPackage, OwnDevice } from "../encryption/encryption.ts";
import { KeyPackageSchema, put, type Records, remove } from "../store/records.ts";
import { type Cell, signedBy } from "./self.ts";

const batch = 20;
const refillBelow = 10;
const lastResortDays = 30;
const day = 86_400_000;

interface KeyPackageMaking {
  readonly records: Records;
  readonly encryption: Encryption;
  readonly service: (url: string) => Service;
  readonly now: () => number;
}

/** Stores new KeyPackages, then adds them at the directory. */
export async function addKeyPackages(
  making: KeyPackageMaking,
  device: OwnDevice,
  cell: Pick<Cell, "id" | "url">,
  { withLastResort }: { readonly withLastResort: boolean },
): Promise<void> {
  const made: NewKeyPackage[] = [];
  for (let count = 0; count < batch + Number(withLastResort); count += 1) {
    made.push(await making.encryption.generateKeyPackage(device, making.now()));
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
  await making.service(cell.url).directory.addKeyPackages({
    request: await signedBy(device, cell, procedure, body, making.now()),
  });
}

/** Adds some when they run low, and a new last resort when the old one has been about for long. */
export async function refillKeyPackages(
  making: KeyPackageMaking,
  device: OwnDevice,
  cell: Pick<Cell, "id" | "url">,
  left: number,
): Promise<void> {
  const kept = await making.records.list("keyPackages");
  const lastResorts = kept.filter(({ record }) => record.lastResort);
  const newest = Math.max(0, ...lastResorts.map(({ record }) => Number(record.madeAtMs)));
  const withLastResort = newest < making.now() - lastResortDays * day;
  if (left >= refillBelow && !withLastResort) return;
  await addKeyPackages(making, device, cell, { withLastResort });
  // The one before stays a while: somebody may have taken it just now.
  const outdated = lastResorts.filter(
    ({ record }) => Number(record.madeAtMs) < making.now() - 2 * lastResortDays * day,
  );
  await making.records.commit(outdated.map(({ key }) => remove("keyPackages", key)));
}
