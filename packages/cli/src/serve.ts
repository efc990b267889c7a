// `assent serve`: the process is the server. Starts it, says when it is ready, and stops it when told to.
import { fileURLToPath } from "node:url";
import { AssentError } from "@assent/protocol";
import type { ServeOptions } from "@assent/server";
import { exitCodes } from "./output.ts";

// Where `npm run build` leaves the Messaging app: the server is told, because it does not depend on the app.
const appDirectory = fileURLToPath(
  new URL("dist", import.meta.resolve("@assent/web/package.json")),
);

/** Resolves when the server has stopped after SIGTERM or SIGINT. */
export async function serve(options: ServeOptions): Promise<void> {
  const { ConfigError, readConfig, StartRefused, startServer } = await import("@assent/server");
  const stopping = Promise.withResolvers<void>();
  const stop = () => stopping.resolve();
  // Before anything is started, so that no signal finds a half-made server.
  process.once("SIGTERM", stop).once("SIGINT", stop);
  try {
    const server = await startServer(readConfig({ ...options, appDirectory }, process.env));
    process.stdout.write(`assent ready ${server.origin}\n`);
    await stopping.promise;
    await server.close();
  } catch (error) {
    // Both say in their message what whoever runs the service has to do.
    if (error instanceof ConfigError) process.exitCode = exitCodes.wrongUsage;
    else if (error instanceof StartRefused) process.exitCode = exitCodes.refused;
    else throw startError(error);
    process.stderr.write(`assent: ${error.message}\n`);
  } finally {
    process.off("SIGTERM", stop).off("SIGINT", stop);
  }
}

function startError(error: unknown): unknown {
  const isPortTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  return isPortTaken ? new AssentError("address_in_use", { cause: error }) : error;
}
