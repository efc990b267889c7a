// A disk that fills up under a service, and has room again later: puts wait, and taking, acknowledging and leaving go on, also
// for a service that is killed or stopped and starts without a free byte, again and again. And a service that may have few
// files open. Nothing that was answered is lost.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { addKeyPackages, makePhoneAt, type Phone, reachCell, turnOn } from "@assent/bare-phone";
import { randomBytes } from "@assent/protocol";
import { WebSocket } from "ws";
import type { Lifetime } from "../network.ts";
import { Joiners } from "./load/joiners.ts";
import type { Recipient } from "./load/recipient.ts";
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
  /** On the full disk: in each somebody takes what waits, somebody leaves, and the service ends and starts. */
  readonly rounds: number;
  readonly progress: (line: string) => void;
}

export async function fullDiskDrill(drill: FullDiskDrill): Promise<TallyResult> {
  const { context, texts, rounds, progress } = drill;
  const disk = await smallDisk(context);
  const service = new DrilledService(context, `${disk}/data`);
  await service.start();
  const village = await Village.settle({ origin: () => service.origin, ways: rounds, window: 4 });
  context.after(() => village.close());
  const cell = await reachCell({ origin: service.origin });
  const leavers: Phone[] = [];
  for (let index = 0; index < rounds; index += 1) {
    const leaver = await makePhoneAt(cell, `+49159${10_000_000 + index}`);
    await turnOn(cell, leaver);
    await addKeyPackages(
      leaver,
      Array.from({ length: 20 }, () => randomBytes(2_700)),
    );
    leavers.push(leaver);
  }
  await village.send(texts);

  await fill(disk);
  const refused = () => village.senders.every((sender) => (sender.refused.get("busy") ?? 0) > 0);
  const sending = village.send(texts);
  await until(refused, "puts are told to come later");
  const joiners = new Joiners(service);
  let freeMost = 0;
  for (const [round, recipient] of village.recipients.entries()) {
    const full = async () => {
      await fill(disk);
      freeMost = Math.max(freeMost, await freeBytes(disk));
    };
    await full();
    recipient.connect();
    await until(() => hasAll(recipient, texts), "what waits is taken and acknowledged");
    await full();
    await joiners.leave(leavers[round] as Phone);
    await full();
    // What a service keeps for its next start is not the same where it had time for it.
    await (round % 2 === 0 ? service.kill() : service.stop());
    await full();
    await service.start();
  }
  assert.equal(freeMost, 0, "the disk was full all the time");
  progress(`${rounds} times without a free byte: taken, acknowledged, left, ended and started`);
  assert.deepEqual(await joiners.check(), []);
  await rm(`${disk}/filler`);
  await sending;
  await village.arrived();
  progress("there is room again, and what was told to come later came");
  return village.tally.result();
}

/** Whether so many were delivered, and the acknowledgement of all of them was answered. */
function hasAll({ positions, acknowledged }: Recipient, texts: number): boolean {
  const delivered = [...positions.values()].flat();
  return positions.size >= texts && delivered.every((position) => position <= acknowledged);
}

/** Others' files take all that there is. */
async function fill(disk: string): Promise<void> {
  const filler = await open(`${disk}/filler`, "a");
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
    assert.ok(waited < 6_000, what);
    await delay(20);
  }
}

export interface FewFilesDrill extends Omit<FullDiskDrill, "rounds"> {
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
