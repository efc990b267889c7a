// Abuse of sockets: places that are held for nothing, and messages that are begun and not ended.
import { execFileSync } from "node:child_process";
import { openOutbox, type TestOutbox } from "@assent/bare-phone";
import { WebSocket } from "ws";
import type { Lifetime } from "../../network.ts";
import { AttackedService } from "./attacked-service.ts";
import { describeNoticed, Friends } from "./bystanders.ts";
import { type AbuseRow, Faults } from "./row.ts";

/** Few, so that a drill can use them up: with a limit of its own, a service lets in no more than it has files for. */
const openFiles = 800;
/** Kept for the service itself, and for requests. */
const mostSockets = Math.floor(((openFiles - 256) * 15) / 16);

/**
 * What is started from now on has no more, and this process neither. For good: whoever is not root cannot raise it again, and
 * a lower soft limit would be raised by Node.
 */
function limitOpenFiles(): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${openFiles}:${openFiles}`]);
}

/** More fragments than a message may have, and none that ends it. How the socket was closed. */
async function fragments(service: AttackedService): Promise<number> {
  const { webSocket } = await openOutbox({ origin: service.origin, from: service.newNetwork() });
  const closed = new Promise<number>((resolve) => webSocket.once("close", resolve));
  for (let part = 0; part < 40 && webSocket.readyState === WebSocket.OPEN; part += 1) {
    webSocket.send(new Uint8Array(1), { fin: false });
  }
  return closed;
}

/** The last of a drill: this process has few open files after it. */
export async function sockets(context: Lifetime): Promise<AbuseRow> {
  limitOpenFiles();
  const service = await AttackedService.start(context);
  const faults = new Faults();
  const friends = await Friends.meet(service, "+4915100000080");
  const from = service.newNetwork();
  const held: TestOutbox[] = [];
  let refused = 0;
  const noticed = await friends.during(async () => {
    for (let time = 0; time < mostSockets && refused < 20; time += 1) {
      const outbox = await openOutbox({ origin: service.origin, from }).catch(() => undefined);
      if (outbox) held.push(outbox);
      else refused += 1;
    }
  });
  faults.must(held.length > 0 && refused > 0, "some are let in, then none (positive control)");
  faults.must(held.length <= mostSockets / 2, `${held.length} of ${mostSockets} places held`);
  const others = await Friends.meet(service, "+4915100000081").catch(() => undefined);
  faults.must(others !== undefined, "somebody else finds a place, for writing and for listening");
  others?.part();
  const closedWith = await fragments(service);
  faults.must(closedWith === 1008, `a message without end is closed with ${closedWith}`);
  faults.must(noticed.refused === 0, `${noticed.refused} texts of friends refused`);
  for (const outbox of held) outbox.webSocket.terminate();
  friends.part();
  return {
    title: "Sockets that are held for nothing, and messages without end",
    before:
      "993 idle outboxes from one address lock everybody out; unfinished fragments take 35 times their room",
    tried: `idle outboxes from one network, of a service with places for ${mostSockets}; a message in 40 pieces without an end`,
    stopped: `one network held ${held.length}; the message ended its socket at the seventeenth piece`,
    noticed: `somebody of another network came, to listen and to write; ${describeNoticed(noticed)}`,
    faults: faults.all,
  };
}
