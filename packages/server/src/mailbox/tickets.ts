// Tickets: what a stored put is answered with, and asked for its status by. One block of a block cipher each, which only
// this cell reads; the service keeps nothing for them. Shown with a capability, whose mailbox they must be of.
import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import type { Randomness } from "../randomness.ts";

export const ticketLength = 16;

export interface TicketFields {
  readonly position: number;
  /** Hours since 1970 when it was made. A ticket that is read has it, and what follows, in the widths below. */
  readonly hour: number;
  readonly lineage: number;
  readonly generation: number;
}

/** Made, and sealed with all others of its turn when the first of them is read. */
export interface LaidTicket {
  bytes(): Uint8Array;
}

export interface Tickets {
  /** @param mailboxId the capability's. */
  lay(mailboxId: Uint8Array, fields: TicketFields): LaidTicket;
  /** Undefined where it is none of this mailbox's. */
  read(ticket: Uint8Array, mailboxId: Uint8Array): TicketFields | undefined;
}

// The first 2 bytes of the mailbox id, the position (5 bytes), and the low bytes of hour (2), lineage (3) and
// generation (1): within the years that a ticket can be asked with, none of these comes round. Then a count (3), so that
// no two tickets are alike: were a duplicate answered with the same ticket again, whoever puts an envelope twice could
// watch by it whether the first one still waits.
const positionAt = 2;
const hourAt = 7;
const lineageAt = 9;
const generationAt = 12;
const countAt = 13;
const hours = 2 ** 16;
const lineages = 2 ** 24;
const generations = 2 ** 8;
const counts = 2 ** 24;
const ticketsPerSheet = 256;

export function createTickets(key: Uint8Array, randomness: Randomness): Tickets {
  const secretKey = createSecretKey(key);
  const cipher = createCipheriv("aes-256-ecb", secretKey, null).setAutoPadding(false);
  const decipher = createDecipheriv("aes-256-ecb", secretKey, null).setAutoPadding(false);
  // A call of the cipher costs as much as a hundred blocks: all that were laid are sealed by one.
  const blocks = Buffer.alloc(ticketsPerSheet * ticketLength);
  const seal = (laid: number) => cipher.update(blocks.subarray(0, laid * ticketLength));
  let sheet = new Sheet(seal);
  // A service that starts anew does not count as it did before.
  let count = randomness.below(counts);

  return {
    lay(mailboxId, { position, hour, lineage, generation }) {
      if (sheet.laid === ticketsPerSheet) sheet.seal();
      if (sheet.isSealed) sheet = new Sheet(seal);
      const start = sheet.laid * ticketLength;
      blocks[start] = mailboxId[0] as number;
      blocks[start + 1] = mailboxId[1] as number;
      blocks.writeUIntBE(position, start + positionAt, 5);
      blocks.writeUInt16BE(hour % hours, start + hourAt);
      blocks.writeUIntBE(lineage % lineages, start + lineageAt, 3);
      blocks[start + generationAt] = generation % generations;
      blocks.writeUIntBE(count % counts, start + countAt, 3);
      count = (count + 1) % counts;
      return sheet.next();
    },

    read(ticket, mailboxId) {
      if (ticket.length !== ticketLength) return undefined;
      const block = decipher.update(ticket);
      if (block[0] !== mailboxId[0] || block[1] !== mailboxId[1]) return undefined;
      return {
        position: block.readUIntBE(positionAt, 5),
        hour: block.readUInt16BE(hourAt),
        lineage: block.readUIntBE(lineageAt, 3),
        generation: block[generationAt] as number,
      };
    },
  };
}

/** Whether what was read is of this lineage and generation. */
export function isOf(
  ticket: TicketFields,
  { lineage, generation }: Pick<TicketFields, "lineage" | "generation">,
): boolean {
  return ticket.lineage === lineage % lineages && ticket.generation === generation % generations;
}

/** Hours since what was read was made; less than 0 where the clock was set back since. */
export function hoursSince(ticket: TicketFields, hour: number): number {
  const since = (hour - ticket.hour + hours) % hours;
  return since < hours / 2 ? since : since - hours;
}

export function hourOf(time: number): number {
  return Math.floor(time / 3_600_000);
}

/** Tickets that are sealed together. */
class Sheet {
  laid = 0;
  readonly #seal: (laid: number) => Uint8Array;
  #sealed: Uint8Array | undefined;

  constructor(seal: (laid: number) => Uint8Array) {
    this.#seal = seal;
  }

  get isSealed(): boolean {
    return this.#sealed !== undefined;
  }

  seal(): Uint8Array {
    this.#sealed ??= this.#seal(this.laid);
    return this.#sealed;
  }

  next(): LaidTicket {
    const start = this.laid * ticketLength;
    this.laid += 1;
    return new TicketOnSheet(this, start);
  }
}

class TicketOnSheet implements LaidTicket {
  readonly #sheet: Sheet;
  readonly #start: number;

  constructor(sheet: Sheet, start: number) {
    this.#sheet = sheet;
    this.#start = start;
  }

  bytes(): Uint8Array {
    return this.#sheet.seal().subarray(this.#start, this.#start + ticketLength);
  }
}
