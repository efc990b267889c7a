// Says to systemd that the service is ready, or stops (Type=notify). Node opens no datagram sockets on a path, so systemd's own
// command says it; where nobody waits to hear of it, nothing is said.
import { execFile } from "node:child_process";

// Of systemd's own command. Nothing waits longer for it, least of all a stop.
const saidWithinMs = 5_000;

/** Resolves when it was said. Where it cannot be, standard error says so: whoever waits gives up after a while. */
export function tellServiceManager(what: "ready" | "stopping"): Promise<void> {
  if (!process.env["NOTIFY_SOCKET"]) return Promise.resolve();
  return new Promise((resolve) => {
    execFile("systemd-notify", [`--${what}`], { timeout: saidWithinMs }, (error) => {
      if (error) process.stderr.write(`assent: systemd was not told that it is ${what}\n`);
      resolve();
    });
  });
}
