// Rotation by whoever has the keys: the service while it runs, the command where none does.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openCell } from "@assent/protocol";
import { createMemoryCellStore, nothingSaid } from "../cell/cell-for-tests.ts";
import { openLiveCell } from "../cell/live-cell.ts";
import type { RotatedKeys } from "../cell/rotation.ts";
import { type Folders, readFolders } from "../config.ts";
import { createLog } from "../log.ts";
import { StartRefused } from "../start-refused.ts";
import { serveOperating } from "./edge.ts";
import { createOperating } from "./operating.ts";
import { rotateKeysAt } from "./rotate-keys.ts";
import { pretendedDesk, pretendedDraining, pretendedSteering } from "./steering-for-tests.ts";

const now = Date.UTC(2030, 0, 1);

async function makeService(context: TestContext) {
  const data = await mkdtemp(join(tmpdir(), "assent-rotate-"));
  context.after(() => rm(data, { recursive: true, force: true }));
  const folders = readFolders({ data }, {});
  const store = createMemoryCellStore();
  let held = 0;
  let most = 0;

  const open = () =>
    openLiveCell({
      keysDirectory: folders.keysDirectory,
      store,
      offers: {
        origins: [],
        isInviteOnly: false,
        end: undefined,
        sendsPushes: false,
        relaysSms: false,
        operator: nothingSaid,
        evaluationsAtFirst: 2_000,
        evaluationsPerDay: 100,
      },
      openSealed: async () => undefined,
      now: () => now,
      stampMs: () => now,
    });
  const rotate = (
    what: readonly RotatedKeys[],
    more: { folders?: Folders; rootKeyFile?: string } = {},
  ) =>
    rotateKeysAt({
      folders: more.folders ?? folders,
      rotation: { what, rootKeyFile: more.rootKeyFile },
      now,
      async holdDataFolder() {
        if (held > 0) throw new StartRefused("The data directory is in use by another process.");
        held += 1;
        most = Math.max(most, held);
        const close = async () => {
          held -= 1;
        };
        return { close };
      },
    });
  return { folders, store, open, rotate, heldOnce: () => most === 1 && held === 0 };
}

test("a running service rotates its keys itself, and uses them at once", async (context) => {
  const service = await makeService(context);
  const cell = await service.open();
  const edge = await serveOperating({
    socket: service.folders.operatingSocket,
    commands: createOperating({
      cell,
      time: { look: () => ({ kind: "in-doubt" }), confirm: async () => undefined },
      steering: pretendedSteering,
      desk: pretendedDesk,
      draining: pretendedDraining,
      sms: async () => [],
      relayedSms: async () => ({ left: 0, inTheWay: [] }),
      backup: { backUp: async () => ({ kind: "exists" }) },
      origin: "",
      folders: service.folders,
      openFilesLimit: async () => undefined,
      startedAt: now,
      counts: async () => ({}),
    }),
    log: createLog("silent"),
  });
  context.after(() => edge.close());
  assert.deepEqual(await service.rotate(["sealing", "online"]), {
    certificateNumber: 2,
    sealingEpochs: [1, 2],
    voprfEpochs: [1],
    capabilityEpochs: [1],
    pushEpochs: [1],
    inUse: true,
  });
  assert.equal(cell.publicSide.published().certificateNumber, 2);
  assert.ok(!service.heldOnce(), "the service holds the folder, not the command");
  const missing = service.rotate(["online"], { rootKeyFile: "/missing/root.key" });
  await assert.rejects(missing, { code: "refused", message: /\/missing\/root\.key/ });
});

test("the keys of one that does not run are rotated on disk, and published by its next start", async (context) => {
  const service = await makeService(context);
  const before = (await service.open()).publicSide;
  const moved = join(service.folders.dataDirectory, "elsewhere.key");
  await rename(join(service.folders.keysDirectory, "root.key"), moved);
  await assert.rejects(service.rotate(["online"]), { code: "refused", message: /--root-key/ });
  const done = await service.rotate(["voprf", "online"], { rootKeyFile: moved });
  assert.deepEqual(done, {
    certificateNumber: 2,
    sealingEpochs: [1],
    voprfEpochs: [1, 2],
    capabilityEpochs: [1],
    pushEpochs: [1],
    inUse: false,
  });
  assert.ok(service.heldOnce());
  const { publicSide } = await service.open();
  const { certificateNumber, sequence } = before.published();
  assert.ok(publicSide.published().sequence > sequence);
  assert.ok(await openCell(publicSide.published(), { id: before.id, certificateNumber, sequence }));
});

test("a folder without a service is refused, and nothing is made in it", async (context) => {
  const service = await makeService(context);
  const refused = { name: "OperatingError", code: "no_folder" };
  await assert.rejects(service.rotate(["sealing"]), refused);
  const nowhere = readFolders({ data: join(service.folders.dataDirectory, "mistyped") }, {});
  await assert.rejects(service.rotate(["sealing"], { folders: nowhere }), refused);
  assert.ok(!existsSync(nowhere.dataDirectory) && !existsSync(service.folders.keysDirectory));
  await service.open();
  await service.rotate(["sealing"]);
  // Keys elsewhere do not make a data folder.
  const { keysDirectory } = service.folders;
  await assert.rejects(
    service.rotate(["sealing"], { folders: { ...nowhere, keysDirectory } }),
    refused,
  );
});

test("two commands do not rotate at once: one of them is refused", async (context) => {
  const service = await makeService(context);
  await service.open();
  const both = await Promise.allSettled([
    service.rotate(["capability"]),
    service.rotate(["capability"]),
  ]);
  const refused = both.filter((outcome) => outcome.status === "rejected");
  assert.equal(refused.length, 1);
  assert.match(String(refused[0]?.reason.message), /in use by another process/);
  assert.deepEqual((await service.rotate(["capability"])).capabilityEpochs, [1, 2, 3]);
});
