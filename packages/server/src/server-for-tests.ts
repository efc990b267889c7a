// For tests only: a server on a free port with a clock and a folder of the test's own. Both end with the test.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import {
  type Dependencies,
  type RunningServer,
  readConfig,
  type ServeOptions,
  startServer,
} from "./main.ts";

export interface ServerForTests extends RunningServer {
  readonly folder: string;
  /** All it logged, at level debug. */
  readonly log: string[];
  /** Where time is moved on. What is set as `jumpedMs` besides, the wall clock alone shows. */
  readonly clock: { nowMs: number; jumpedMs: number };
  /** Stops it, and starts it on what it left. */
  restart(): Promise<ServerForTests>;
}

export async function startTestServer(
  context: Pick<TestContext, "after">,
  more: ServeOptions = {},
  environment: Readonly<Record<string, string>> = {},
  dependencies: Pick<Dependencies, "mostDatabasePages" | "refusePutsBelowBytes" | "pushWay"> = {},
): Promise<ServerForTests> {
  const folder = await mkdtemp(join(tmpdir(), "assent-server-"));
  const running = new Set<RunningServer>();
  context.after(async () => {
    for (const server of running) await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const clock = { nowMs: Date.now(), jumpedMs: 0 };
  const bootedMs = clock.nowMs - 1_000_000;
  const log: string[] = [];

  async function start(): Promise<ServerForTests> {
    const options = { data: folder, port: 0, sms: "fake", logLevel: "debug", ...more };
    const server = await startServer(readConfig(options, environment), {
      ...dependencies,
      now: () => clock.nowMs + clock.jumpedMs,
      uptimeMs: () => clock.nowMs - bootedMs,
      logDestination: { write: (line) => log.push(line) },
      fatal: (error) => {
        throw error;
      },
    });
    running.add(server);
    const restart = async () => {
      await server.close();
      return start();
    };
    return { ...server, folder, log, clock, restart };
  }

  return start();
}
