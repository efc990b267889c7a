// The thread that opens what was sealed to the registration room: HPKE with X-Wing, a millisecond for each. It is given the
// sealing key with each task and holds no other, and keeps neither key nor what was sealed.
import type { SealPurpose } from "@assent/protocol";
import { createOpenSeal } from "@assent/protocol/hpke";
import { answerTasks } from "./answering.ts";
import { decapsulateXWing } from "./native-x-wing.ts";

const openSeal = createOpenSeal(decapsulateXWing);

export interface OpeningTask {
  readonly privateKey: Uint8Array;
  readonly purpose: SealPurpose;
  readonly sealed: Uint8Array;
  readonly associatedData: Uint8Array;
}

/** Undefined where it does not open. */
export type OpeningAnswer = Uint8Array | undefined;

answerTasks<OpeningTask, OpeningAnswer>(({ privateKey, purpose, sealed, associatedData }) =>
  openSeal(privateKey, purpose, sealed, associatedData),
);
