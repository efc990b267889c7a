// Texts to a person with two devices that are put, taken back, taken and put late, in every order, while the service is killed
// and sockets are cut: each ends handed out or taken back, and where its sender cannot know which, that is what it is told.
import { setTimeout as delay } from "node:timers/promises";
import {
  makePhoneAt,
  type OutboxResult,
  openOutbox,
  openTakingInbox,
  type Phone,
  reachCell,
  type TestOutbox,
  turnOn,
} from "@assent/bare-phone";
import { envelopeIdOf, PutOutcome, RevokeOutcome, randomBytes } from "@assent/protocol";
import type { DrilledService } from "./load/service.ts";
import { Seeded } from "./seeded.ts";

export interface RevokingDrill {
  /** Not started. */
  readonly service: DrilledService;
  /** Each with people of its own: only so many texts may be taken back from one mailbox. */
  readonly rounds: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

/** What became of texts, as their senders were told; and what they were told wrongly. */
export interface RevokingResult {
  readonly handed: number;
  readonly revoked: number;
  readonly notKnown: number;
  /** Taken back, and handed out all the same; or stored after it was. */
  readonly both: number;
  /** Stored, not taken back, and never handed out. */
  readonly lost: number;
}

export function revokingLine({ handed, revoked, notKnown, both, lost }: RevokingResult): string {
  return `${handed} handed out, ${revoked} taken back, ${notKnown} not known; ${both} both, ${lost} lost`;
}

/** A drill in which one of these never came has shown nothing. */
export function isCleanRevoking(result: RevokingResult): boolean {
  const { handed, revoked, both, lost } = result;
  return handed > 0 && revoked > 0 && both + lost === 0;
}

const lanes = 4;
const triesOfRevoke = 3;
/** Through one address; each is taken back once at most. */
const textsOfRound = 80;
const killsOfRound = 2;
/** Until it is killed. */
const livesMs = { least: 50, most: 350 };

export async function revokingDrill(drill: RevokingDrill): Promise<RevokingResult> {
  const { service, rounds, progress } = drill;
  const random = new Seeded(drill.seed);
  const sum = { handed: 0, revoked: 0, notKnown: 0, both: 0, lost: 0 };
  await service.start();
  for (let round = 0; round < rounds; round += 1) {
    const people = await People.settle(service, random, round);
    const sending = Array.from({ length: lanes }, () => people.sendUpTo(textsOfRound));
    const taking = people.comeAndGo();
    for (let kill = 0; kill < killsOfRound; kill += 1) {
      await delay(livesMs.least + random.below(livesMs.most - livesMs.least));
      await people.during(async () => {
        await service.kill();
        await service.start();
      });
    }
    await Promise.all(sending);
    people.enough();
    await taking;
    await people.takeTheRest();
    const result = people.result();
    for (const what of Object.keys(sum) as (keyof RevokingResult)[]) sum[what] += result[what];
    if ((round + 1) % 10 === 0) progress(`round ${round + 1}: ${revokingLine(sum)}`);
  }
  return sum;
}

/** One text, as its sender knows it; and which devices showed it. */
class Text {
  readonly number: number;
  readonly secrets: readonly Uint8Array<ArrayBuffer>[];
  /** Of each device's put, what was answered first. */
  readonly tickets: (Uint8Array | undefined)[] = [];
  readonly putsOf: number[] = [];
  readonly unanswered: number[] = [];
  verdict: "none" | "handed" | "revoked" | "not known" = "none";
  storedLate = false;
  readonly shownBy = new Set<number>();

  constructor(number: number, devices: number) {
    this.number = number;
    this.secrets = Array.from({ length: devices }, () => randomBytes(32));
    for (const device of this.secrets.keys()) {
      this.putsOf[device] = 0;
      this.unanswered[device] = 0;
    }
  }

  /** One that went out unanswered may have been handed out and forgotten, where another went out behind it. */
  get mayHaveBeenHanded(): boolean {
    return this.putsOf.some((puts, device) => puts > 1 && (this.unanswered[device] as number) > 0);
  }
}

export class People {
  readonly #service: Pick<DrilledService, "origin">;
  readonly #random: Seeded;
  readonly #devices: readonly Phone[];
  #capabilities: readonly Uint8Array[] = [];
  readonly #texts: Text[] = [];
  #isOver = false;
  /** While the service is not there. */
  #away: Promise<void> = Promise.resolve();

  private constructor(service: Pick<DrilledService, "origin">, random: Seeded, devices: Phone[]) {
    this.#service = service;
    this.#random = random;
    this.#devices = devices;
  }

  /** @param round whose numbers nobody else has */
  static async settle(
    service: Pick<DrilledService, "origin">,
    random: Seeded,
    round = 0,
  ): Promise<People> {
    const cell = await reachCell(service);
    const devices: Phone[] = [];
    for (const device of [0, 1]) {
      const phone = await makePhoneAt(cell, `+49151${10_000_000 + round * 2 + device}`);
      await turnOn(cell, phone);
      devices.push(phone);
    }
    const people = new People(service, random, devices);
    people.#capabilities = await Promise.all(
      devices.map((_, device) => people.#online(device, (inbox) => inbox.mint())),
    );
    return people;
  }

  enough(): void {
    this.#isOver = true;
  }

  async during(step: () => Promise<void>): Promise<void> {
    this.#away = step();
    await this.#away;
  }

  /** Until there are so many of all that send here. */
  async sendUpTo(texts: number): Promise<void> {
    while (this.#texts.length < texts) await this.#send();
  }

  newText(): Text {
    const text = new Text(this.#texts.length, this.#devices.length);
    this.#texts.push(text);
    return text;
  }

  /** One on any of the ways there are. */
  async #send(): Promise<void> {
    const text = this.newText();
    const way = this.#random.below(5);
    if (way === 0) {
      // Its revoke may come before it.
      await this.#asked(
        (outbox) => [...this.#puts(outbox, text), this.#revoke(outbox, text)],
        text,
      );
    } else {
      await this.put(text, this.#random.chance(0.3));
      if (this.#random.chance(0.3)) await this.put(text, this.#random.chance(0.3));
      if (this.#random.chance(0.3)) await delay(this.#random.below(30));
    }
    if (way < 4) await this.takeBack(text);
    if (this.#random.chance(0.5)) await this.put(text, false);
  }

  /** To all devices. @param isCut the socket ends right behind it, and nothing is heard of it */
  async put(text: Text, isCut = false): Promise<void> {
    const before = text.verdict;
    const results = await this.#asked((outbox) => {
      const requests = this.#puts(outbox, text);
      if (isCut) setImmediate(() => outbox.webSocket.terminate());
      return requests;
    }, text);
    const isTakenBack = before === "revoked" || before === "not known";
    text.storedLate ||= isTakenBack && results.some((one) => isStored(one));
  }

  /** As often as one may ask, until there is an answer. */
  async takeBack(text: Text): Promise<void> {
    for (let tries = 0; tries < triesOfRevoke && text.verdict === "none"; tries += 1) {
      await this.#asked((outbox) => [this.#revoke(outbox, text)], text);
    }
  }

  /** Devices come online, take what there is and go, by themselves. */
  async comeAndGo(): Promise<void> {
    await Promise.all(
      this.#devices.map(async (_, device) => {
        while (!this.#isOver) {
          await delay(this.#random.below(80));
          await this.#online(device, () => delay(this.#random.below(60))).catch(() => undefined);
        }
      }),
    );
  }

  /** Every device has taken all that waited. */
  async takeTheRest(): Promise<void> {
    const last = this.newText();
    await this.put(last);
    await Promise.all(
      this.#devices.map((_, device) =>
        this.#online(device, async () => {
          for (const endMs = Date.now() + 300_000; !last.shownBy.has(device); await delay(5))
            if (Date.now() > endMs) throw new Error("a device does not take what waits for it");
        }),
      ),
    );
  }

  result(): RevokingResult {
    const told = (verdict: Text["verdict"]) => this.#texts.filter((one) => one.verdict === verdict);
    const isBoth = ({ storedLate, verdict, shownBy }: Text) =>
      storedLate || (verdict === "revoked" && shownBy.size > 0);
    const isLost = ({ verdict, tickets, shownBy }: Text) =>
      (verdict === "none" || verdict === "handed") &&
      tickets.some((ticket, device) => ticket !== undefined && !shownBy.has(device));
    return {
      handed: told("handed").length,
      revoked: told("revoked").length,
      notKnown: told("not known").length,
      both: this.#texts.filter(isBoth).length,
      lost: this.#texts.filter(isLost).length,
    };
  }

  #puts(outbox: TestOutbox, text: Text): number[] {
    return text.secrets.map((secret, device) => {
      text.putsOf[device] = (text.putsOf[device] as number) + 1;
      const body = randomBytes(512);
      new DataView(body.buffer).setUint32(0, text.number);
      const capability = this.#capabilities[device] as Uint8Array<ArrayBuffer>;
      return outbox.put({ capability, envelopeId: envelopeIdOf(secret), body });
    });
  }

  #revoke(outbox: TestOutbox, { secrets, tickets }: Text): number {
    const targets = secrets.map((secret, device) => {
      const capability = this.#capabilities[device] as Uint8Array<ArrayBuffer>;
      const ticket = tickets[device];
      return ticket ? { capability, secret, ticket } : { capability, secret };
    });
    return outbox.revoke(...targets);
  }

  /** Notes what each was answered; undefined where nothing was. */
  async #asked(
    ask: (outbox: TestOutbox) => readonly number[],
    text: Text,
  ): Promise<(OutboxResult | undefined)[]> {
    await this.#away;
    const outbox = await openOutbox(this.#service).catch(() => undefined);
    if (!outbox) return [];
    const results: (OutboxResult | undefined)[] = [];
    const requests = ask(outbox);
    for (const [index, request] of requests.entries()) {
      const result = await outbox.resultOf(request).catch(() => undefined);
      results.push(result);
      // Puts come first, one for each device.
      if (requests.length > 1 && index < text.secrets.length) notePut(text, index, result);
      else noteRevoke(text, result);
    }
    outbox.webSocket.terminate();
    return results;
  }

  async #online<Value>(
    device: number,
    use: (inbox: Awaited<ReturnType<typeof openTakingInbox>>) => Promise<Value>,
  ): Promise<Value> {
    await this.#away;
    const phone = this.#devices[device] as Phone;
    const inbox = await openTakingInbox(this.#service, phone, (envelopes) => {
      for (const { body } of envelopes) {
        const number = new DataView(body.buffer, body.byteOffset).getUint32(0);
        this.#texts[number]?.shownBy.add(device);
      }
    });
    inbox.failed.catch(() => undefined);
    try {
      return await Promise.race([use(inbox), inbox.failed]);
    } finally {
      inbox.close();
    }
  }
}

function isStored(result: OutboxResult | undefined): boolean {
  return result?.kind === "put" && result.outcome === PutOutcome.STORED;
}

function notePut(text: Text, device: number, result: OutboxResult | undefined): void {
  if (!result) text.unanswered[device] = (text.unanswered[device] as number) + 1;
  if (result?.kind === "put" && isStored(result)) text.tickets[device] ??= result.ticket;
}

function noteRevoke(text: Text, result: OutboxResult | undefined): void {
  if (result?.kind !== "revoke") return;
  if (result.outcome === RevokeOutcome.HANDED) text.verdict = "handed";
  else if (result.outcome === RevokeOutcome.REVOKED && !text.mayHaveBeenHanded) {
    text.verdict = "revoked";
  } else text.verdict = "not known";
}
