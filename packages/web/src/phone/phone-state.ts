// What the screens know of the phone at this moment: one store, kept up to date by the phone's announcements.
// Texts of a thread are not here: the thread that is open has its own window on them.
import type { Contact, ConversationSummary, ProfileStatus } from "@assent/client";
import type { ErrorCode, PhoneNumber } from "@assent/protocol";
import { create } from "zustand";
import { connectPhone } from "./connect.ts";
import { codeOf } from "./error-code.ts";
import { forgetKept, noteKept, wasThrownAway } from "./kept-mark.ts";
import type { Announcement, Connection, Phone } from "./phone.ts";
import { untilTakenOver } from "./until-taken-over.ts";
import type { StartedWorker } from "./worker-start.ts";

/** `taken-over`: another tab has the phone now. `thrown-away`: the browser deleted what was here. */
export type Opening =
  | "opening"
  | "open"
  | "taken-over"
  | "thrown-away"
  | { readonly failed: ErrorCode };

export interface ThreadNotice {
  readonly kind: "key-changed" | "restarted" | "missing";
  readonly number: PhoneNumber;
  readonly count: number;
  readonly at: Date;
}

export interface PhoneState {
  readonly opening: Opening;
  readonly status: ProfileStatus | undefined;
  readonly connection: Connection;
  /** Why there is no connection, where it is not simply that. */
  readonly trouble: ErrorCode | undefined;
  /** How much is done, from 0 to 1, of what the service asks for before a code. */
  readonly work: number | undefined;
  /** Newest first. While the phone opens: the first of them, or none yet. */
  readonly conversations: readonly ConversationSummary[];
  /** How many conversations were put aside, of all. */
  readonly archived: number;
  /** While the phone opens: at least of whom there is a conversation here. */
  readonly names: ReadonlyMap<PhoneNumber, string>;
  /** Numbers of conversations as their countries write them. */
  readonly written: ReadonlyMap<PhoneNumber, string>;
  /** Of this session: what the owner should know of a conversation. */
  readonly notices: readonly ThreadNotice[];
  /** Grows whenever something left this device. */
  readonly ledgerVersion: number;
}

const nothingKnown: PhoneState = {
  opening: "opening",
  status: undefined,
  connection: "idle",
  trouble: undefined,
  work: undefined,
  conversations: [],
  archived: 0,
  names: new Map(),
  written: new Map(),
  notices: [],
  ledgerVersion: 0,
};

export const usePhone = create<PhoneState>(() => nothingKnown);

/** Resolves once the screens know that it is so. */
export function untilPhone(isSo: (state: PhoneState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (state: PhoneState) => {
      if (!isSo(state)) return;
      stop();
      resolve();
    };
    const stop = usePhone.subscribe(look);
    look(usePhone.getState());
  });
}

type TextsListener = (keys: readonly string[]) => void;

const set = usePhone.setState;
const listeners = new Map<PhoneNumber, Set<TextsListener>>();
let connected: ReturnType<typeof connectPhone> | undefined;

/** The phone that the screens ask; there once `startPhone` was called. */
export const phone: Phone = new Proxy({} as Phone, {
  get: (_, name) => {
    if (!connected) throw new TypeError("the phone was not started");
    return Reflect.get(connected.phone, name);
  },
});

/** Once, when the app starts. @param started what the phone is in. */
export async function startPhone(started: StartedWorker, radio?: MessagePort): Promise<void> {
  connected = connectPhone(started, announced, radio);
  addEventListener("online", () => void phone.reconnect());
  // A line that lost its network hears nothing of that for half a minute. Whether there is one, its next shows at once.
  addEventListener("offline", () => void phone.reconnect());
  await openPhone(false);
}

/** @param takeOver takes the phone from the tab that has it. */
export async function openPhone(takeOver: boolean): Promise<void> {
  // Another tab may have had it meanwhile: a draft that was known here may have been sent there.
  set(({ notices }) => ({ ...nothingKnown, notices }));
  try {
    if (!connected) throw new TypeError("the phone was not started");
    const { status, archived, ...first } = await connected.open(takeOver);
    set({ status, names: namesOf(first.contacts), ...shown(first.conversations), archived });
    readSince.clear();
    const [conversations, contacts] = await Promise.all([phone.conversations(), readContacts()]);
    const opening = wasThrownAway({ status, conversations, contacts }) ? "thrown-away" : "open";
    set((now) => ({
      ...shown(withRows(conversations, readSince, now.conversations)),
      opening: unlessTaken(now, opening),
    }));
    await phone.connect();
  } catch (error) {
    set((now) => ({ opening: unlessTaken(now, { failed: codeOf(error) }) }));
  }
}

/** Another tab may take the phone before it is open here: what was asked until then, or fails by that, comes too late. */
function unlessTaken(now: PhoneState, opening: PhoneState["opening"]): PhoneState["opening"] {
  return now.opening === "taken-over" ? now.opening : opening;
}

/** The owner knows that what was here is gone. */
export function startAgainEmpty(): void {
  forgetKept();
  set({ opening: "open" });
}

/** Calls with the keys of texts of one conversation that came or changed. Returns what ends that. */
export function onTexts(number: PhoneNumber, listener: TextsListener): () => void {
  const ofNumber = listeners.get(number) ?? new Set();
  listeners.set(number, ofNumber.add(listener));
  return () => ofNumber.delete(listener);
}

function announced(announcement: Announcement): void {
  switch (announcement.kind) {
    case "status":
      noteKept();
      set({ status: announcement.status });
      break;
    case "connection":
      set({ connection: announcement.connection, trouble: announcement.trouble });
      break;
    case "work":
      set({ work: announcement.done });
      break;
    case "contacts":
      noteKept();
      untilTakenOver(readContacts());
      break;
    case "ledger":
      set(({ ledgerVersion }) => ({ ledgerVersion: ledgerVersion + 1 }));
      break;
    case "numbers":
      refresh(announcement.numbers);
      break;
    case "texts":
      for (const listener of listeners.get(announcement.number) ?? []) listener(announcement.keys);
      break;
    case "notice": {
      const { notice: kind, number, count = 0 } = announcement;
      const notice = { kind, number, count, at: new Date() };
      set(({ notices }) => ({ notices: [...notices, notice] }));
      break;
    }
    case "taken-over":
      set({ opening: "taken-over" });
      break;
  }
}

// Fifty texts a second must not read the list fifty times: what changed is read when the last reading is done.
const stale = new Set<PhoneNumber>();
let isRefreshing = false;
// Whose rows were read anew since all of the list was asked for: it may bring them as they were before that.
const readSince = new Set<PhoneNumber>();

function refresh(numbers: readonly PhoneNumber[]): void {
  for (const number of numbers) stale.add(number);
  if (!isRefreshing) untilTakenOver(refreshStale());
}

async function refreshStale(): Promise<void> {
  isRefreshing = true;
  if (usePhone.getState().conversations.length === 0) noteKept();
  try {
    while (stale.size > 0) {
      const numbers = new Set(stale);
      stale.clear();
      const read = await Promise.all([...numbers].map((number) => phone.conversation(number)));
      const fresh = read.filter((summary) => summary !== undefined);
      for (const number of numbers) readSince.add(number);
      set(({ opening, conversations, archived }) => ({
        ...shown(withRows(conversations, numbers, fresh)),
        // Of all, and only some are here yet.
        ...(opening === "opening" && { archived }),
      }));
    }
  } finally {
    isRefreshing = false;
  }
}

/** @param fresh where the rows of these numbers are as they are now; who has none there has none any more. */
function withRows(
  rows: readonly ConversationSummary[],
  numbers: ReadonlySet<PhoneNumber>,
  fresh: readonly ConversationSummary[],
): readonly ConversationSummary[] {
  return [
    ...rows.filter(({ number }) => !numbers.has(number)),
    ...fresh.filter(({ number }) => numbers.has(number)),
  ];
}

async function readContacts(): Promise<readonly Contact[]> {
  const contacts = await phone.contacts();
  set({ names: namesOf(contacts) });
  return contacts;
}

function shown(
  conversations: readonly ConversationSummary[],
): Pick<PhoneState, "conversations" | "archived" | "written"> {
  return {
    conversations: conversations.toSorted(byNewest),
    archived: conversations.filter((one) => one.archived).length,
    written: new Map(conversations.map(({ number, written }) => [number, written])),
  };
}

/** Pinned ones first. One without any text was begun a moment ago: it stands above all others. */
function byNewest(a: ConversationSummary, b: ConversationSummary): number {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
  return (a.newest?.key ?? "~") < (b.newest?.key ?? "~") ? 1 : -1;
}

function namesOf(contacts: readonly Contact[]): Map<PhoneNumber, string> {
  return new Map(contacts.map(({ number, name }) => [number, name]));
}
