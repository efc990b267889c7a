// What the operator does for people at the desk: ends the account of a number that they prove there, and keeps numbers from
// getting codes. Numbers are typed for it, and leave no trace but their MACs.
import {
  AssentError,
  DeletionReceiptSchema,
  type PhoneNumber,
  parseNumber,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import type { Leaving } from "../accounts/leaving.ts";
import { loopbackNetwork } from "../limits/network.ts";
import type { NeverList } from "../registration/never-list.ts";
import type { Registration } from "../registration/registration.ts";
import { OperatingError } from "./operating-error.ts";

export interface CodeToLeave {
  /** In hexadecimal: whoever has it may try codes. */
  readonly session: string;
  readonly codeExpiresInSeconds: number;
}

export interface Desk {
  /** Sends a code by SMS to whoever has the number. @throws OperatingError refused */
  sendCodeToLeave(number: string): Promise<CodeToLeave>;
  /** Ends the account of the number; there may be none. @throws OperatingError refused */
  leave(session: string, code: string): Promise<{ readonly ended: boolean }>;
  /** @throws OperatingError refused */
  addNever(number: string): Promise<{ readonly added: boolean }>;
  /** @throws OperatingError refused */
  removeNever(number: string): Promise<{ readonly removed: boolean }>;
  countNever(): Promise<{ readonly numbers: number }>;
}

export function createDesk(parts: {
  readonly registration: Pick<Registration, "startLeaving" | "verify">;
  readonly leaving: Pick<Leaving, "leaveByNumber">;
  readonly neverList: Pick<NeverList, "add" | "remove" | "count">;
}): Desk {
  const { registration, leaving, neverList } = parts;
  return {
    sendCodeToLeave: (number) =>
      refusing(async () => {
        const started = await registration.startLeaving(read(number), loopbackNetwork);
        const { codeExpiresInSeconds } = started;
        return { session: Buffer.from(started.session).toString("hex"), codeExpiresInSeconds };
      }),
    leave: (session, code) =>
      refusing(async () => {
        const secret = new Uint8Array(Buffer.from(session, "hex"));
        const verified = await registration.verify(secret, code, loopbackNetwork);
        if (verified.kind === "never") throw new TypeError("the code was to leave");
        const { receipt } = await leaving.leaveByNumber(verified.claim);
        const { accountId } = fromBinary(DeletionReceiptSchema, receipt.encoded);
        return { ended: accountId.length > 0 };
      }),
    addNever: (number) => refusing(async () => ({ added: await neverList.add(read(number)) })),
    removeNever: (number) =>
      refusing(async () => ({ removed: await neverList.remove(read(number)) })),
    countNever: async () => ({ numbers: await neverList.count() }),
  };
}

function read(number: string): PhoneNumber {
  return parseNumber(number);
}

async function refusing<Done>(work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AssentError)) throw error;
    throw new OperatingError("refused", error.message);
  }
}
