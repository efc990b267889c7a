// A disk that fills up under a service, and has room again later: puts wait, and taking and acknowledging go on meanwhile; who
// leaves is answered, or told to come later; a service that was killed may wait for room to start. And a service that may have few files open. Nothing that was
// answered is lost.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { makePhoneAt, reachCell, turnOn } from "@assent/bare-phone";
import { WebSocket } from "ws";
import type { Lifetime } from "../network.ts";
import { Joiners } from "./load/joiners.ts";
import { DrilledService } from "./load/service.ts";
import { Village } from "./load/village.ts";
import type { TallyResult } from "./tally.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const run = promisify(execFile);
const megabyte = 1_048_576;
/** Some more than a service keeps free, and little enough to be in memory. */
const diskMegabytes = 96;

/** Whether a disk of a drill's own can be made here: only root can. */
export async function canMountDisks(): Promise<boolean> {
  return (await run("unshare", ["--mount", "true"]).catch(() => undefined)) !== undefined;
}

/** A small disk in memory, which goes with the drill. */
async function smallDisk(context: Lifetime): Promise<string> {
  const disk = await mkdtemp(join(tmpdir(), "assent-disk-"));
  await run("mount", ["-t", "tmpfs", "-o", `size=${diskMegabytes}m,mode=700`, "drill", disk]);
  context.after(async () => {
    // Whoever still uses it does not hold that up.
    await run("umount", ["--lazy", disk]);
    await rm(disk, { recursive: true });
  });
  return disk;
}

export interface FullDiskDrill {
  readonly context: Lifetime;
  /** Of each way, before the disk is full. */
  readonly texts: number;
  readonly progress: (line: string) => void;
}

export async function fullDiskDrill(drill: FullDiskDrill): Promise<TallyResult> {
  const { context, texts, progress } = drill;
  const disk = await smallDisk(context);
  const service = new DrilledService(context, `${disk}/data`);
  await service.start();
  const village = await Village.settle({ origin: () => service.origin, ways: 4, window: 4 });
  context.after(() => village.close());
  const cell = await reachCell({ origin: service.origin });
  const leaver = await makePhoneAt(cell, "+4915999999999");
  await turnOn(cell, leaver);
  await village.send(texts);

  await fill(disk);
  progress(`the disk is full: ${await freeBytes(disk)} bytes are free`);
  const refused = () => village.senders.every((sender) => (sender.refused.get("busy") ?? 0) > 0);
  const sending = village.send(texts);
  await until(refused, "puts are told to come later");
  village.take();
  await village.acknowledged();
  progress("all that waited was taken and acknowledged");
  const joiners = new Joiners(service);
  const hasLeft = await joiners.leave(leaver).then(
    () => true,
    () => false,
  );
  progress(hasLeft ? "somebody left" : "whoever leaves is told to come later");
  await service.kill();
  const hasStarted = await service.start().then(
    () => true,
    () => false,
  );
  progress(
    hasStarted ? "it started on a disk that is full" : "it does not start before there is room",
  );
  await rm(`${disk}/filler`);
  if (!hasStarted) await service.start();
  await sending;
  await village.arrived();
  if (!hasLeft) await joiners.leave(leaver);
  assert.deepEqual(await joiners.check(), []);
  progress("there is room again, and what was told to come later came");
  return village.tally.result();
}

/** Others' files take all that there is. */
async function fill(disk: string): Promise<void> {
  const filler = await open(`${disk}/filler`, "w");
  try {
    for (let size = megabyte; size >= 512; ) {
      const { bytesWritten } = await filler
        .write(Buffer.alloc(size))
        .catch(() => ({ bytesWritten: 0 }));
      if (bytesWritten < size) size /= 2;
    }
  } finally {
    await filler.close();
  }
}

async function freeBytes(disk: string): Promise<number> {
  const { bavail, bsize } = await statfs(disk);
  return bavail * bsize;
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !isSo(); waited += 1) {
    assert.ok(waited < 1_500, what);
    await delay(20);
  }
}

export interface FewFilesDrill extends FullDiskDrill {
  /** How many the service may have open. */
  readonly files: number;
}

/** Connections that say nothing take up what a service may have open; those who text go on, or go on later. */
export async function fewFilesDrill(drill: FewFilesDrill): Promise<TallyResult> {
  const { context, files, texts, progress } = drill;
  const folder = await temporaryFolder(context);
  const service = new DrilledService(context, `${folder}/data`);
  await service.start(["sh", "-c", `ulimit -n ${files}; exec "$0" "$@"`]);
  const village = await Village.settle({ origin: () => service.origin, ways: 4, window: 4 });
  context.after(() => village.close());
  village.take();
  await village.send(texts);
  const idle = Array.from({ length: files }, () => silent(service.origin));
  context.after(() => {
    for (const socket of idle) socket.terminate();
  });
  await delay(1_000);
  const open = idle.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  progress(`${open} of ${files} silent connections were let in`);
  await village.send(texts);
  progress("those who were there text on");
  for (const socket of idle) socket.terminate();
  await service.kill();
  await service.start();
  await village.send(texts);
  await village.arrived();
  return village.tally.result();
}

function silent(origin: string): WebSocket {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/outbox`, "assent.mailbox.v1");
  socket.on("error", () => undefined);
  return socket;
}
