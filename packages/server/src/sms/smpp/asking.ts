// The requests of one connection that wait for their answers, by sequence number (SMPP 3.4 §2.7). Each gets its answer,
// or hears that the connection is over.
import type { After } from "../../after.ts";
import { type Pdu, type PduHeader, statuses } from "./pdu.ts";

export interface Asking {
  /** Resolves with the answer, or undefined when the connection ends first. */
  ask(command: number, body: Uint8Array, withinMs: number): Promise<Pdu | undefined>;
  /** One that nobody waits for is late, or comes twice: nothing happens. */
  answered(answer: Pdu): void;
  end(): void;
}

export function createAsking(parts: {
  readonly write: (header: PduHeader, body: Uint8Array) => void;
  readonly after: After;
  /** One was not answered in its time. */
  readonly silent: () => void;
}): Asking {
  const waiting = new Map<number, (answer: Pdu | undefined) => void>();
  let last = 0;
  let isOver = false;
  return {
    ask(command, body, withinMs) {
      if (isOver) return Promise.resolve(undefined);
      last = (last % 0x7fff_ffff) + 1;
      const sequence = last;
      return new Promise((resolve) => {
        const forget = parts.after(withinMs, parts.silent);
        waiting.set(sequence, (answer) => {
          waiting.delete(sequence);
          forget();
          resolve(answer);
        });
        parts.write({ command, status: statuses.ok, sequence }, body);
      });
    },
    answered: (answer) => waiting.get(answer.sequence)?.(answer),
    end() {
      isOver = true;
      for (const settle of [...waiting.values()]) settle(undefined);
    },
  };
}
