// A service that is emptied while it runs: sockets end with word to come back, nobody begins anything, and whoever sends people
// to services is told so. What was acknowledged is durable already. A start empties nothing: it is of this process alone.
import { AssentError } from "@assent/protocol";
import type { Registration } from "../registration/registration.ts";

export interface Draining {
  isDrained(): boolean;
  /** Why nobody begins anything now. */
  refusal(): "busy" | undefined;
  /** Resolves when no socket is open any more. */
  drain(): Promise<{ readonly drained: boolean }>;
  undrain(): Promise<{ readonly drained: boolean }>;
  /** The same room: while the service is drained, nobody begins. */
  before(room: Pick<Registration, "start" | "verify">): Pick<Registration, "start" | "verify">;
}

export function createDraining(parts: {
  /** Asked when something is to be drained: what people begin stands before them. */
  readonly sockets: () => {
    drain(graceMs: number): Promise<void>;
    undrain(): void;
  };
  readonly graceMs: number;
}): Draining {
  const { sockets, graceMs } = parts;
  let isDrained = false;
  const refusal = () => (isDrained ? "busy" : undefined);
  return {
    isDrained: () => isDrained,
    refusal,
    async drain() {
      isDrained = true;
      await sockets().drain(graceMs);
      return { drained: isDrained };
    },
    async undrain() {
      isDrained = false;
      sockets().undrain();
      return { drained: isDrained };
    },
    before: ({ start, verify }) => ({
      async start(request) {
        const code = refusal();
        if (code !== undefined) throw new AssentError(code);
        return start(request);
      },
      verify,
    }),
  };
}
