// The phone itself, in a worker of the page: opens the profile, answers the page's calls, and keeps the connection.
import {
  deleteDomStore,
  loadAhead,
  loadMls,
  openDomProfile,
  type Profile,
  type PushPlatform,
} from "@assent/client/dom";
import { AssentError, formatNumber } from "@assent/protocol";
import { answerCalls, callsOver } from "./calls.ts";
import { Line } from "./line.ts";
import type { Announcement, Phone } from "./phone.ts";
import type { Radio } from "./radio.ts";
import { saidTogether, type Unsaid } from "./said-together.ts";
import { untilTakenOver } from "./until-taken-over.ts";

// One phone for each origin.
const storeName = "assent";
// As many rows as a high screen shows.
const firstRows = 24;

// Of the demo alone: its code is loaded there.
let radio: Promise<Radio> | undefined;
let pushPlatform: PushPlatform | undefined;
let opened:
  | {
      readonly profile: Profile;
      readonly line: Line;
      readonly announce: (announcement: Announcement) => void;
    }
  | undefined;

/** Every country's numbers: only who types one needs them. */
function loadNationalNumbers() {
  return import("@assent/protocol/national-number");
}

function phone(): Profile {
  if (!opened) throw new AssentError("internal");
  return opened.profile;
}

const calls: Phone = {
  attachRadio: async (port) => {
    radio = import("./radio.ts").then(({ openRadio }) => openRadio(port));
  },
  attachPush: async (port) => {
    pushPlatform = callsOver<PushPlatform>(port);
  },
  settlePush: () => phone().push.settle(),
  open: async (announcements, takeOver) => {
    // One that was opened and then failed still has its turn, which this one would wait for.
    await calls.close();
    const announce = (announcement: Announcement) => announcements.postMessage(announcement);
    const sms = (await radio)?.transport;
    const profile = await openDomProfile(storeName, {
      encryption: await loadMls(),
      takeOver,
      onTakenOver: () => {
        announce({ kind: "taken-over" });
        opened?.line.close();
      },
      ...(sms ? { sms } : {}),
    });
    const line = new Line(profile, announce);
    opened = { profile, line, announce };
    const sayLater = saidTogether((change) => announceUnsaid(change, announce), setTimeout);
    profile.watch((change) => {
      sayLater(change);
      if (change.status) announceStatus(profile, announce, line);
    });
    // Nothing else is begun before the owner sees something: it would be on this thread, too.
    const [status, top] = await Promise.all([
      profile.account.status(),
      profile.conversations.top(firstRows),
    ]);
    const numbers = top.conversations.map(({ number }) => number);
    return { status, ...top, contacts: await profile.contacts.of(numbers) };
  },
  connect: async () => {
    if (!opened) return;
    const { profile, line } = opened;
    (await radio)?.listen(({ from, text }) =>
      profile.conversations.receiveSms(from, text, Date.now()),
    );
    line.start();
    if (pushPlatform) profile.push.use(pushPlatform).catch(console.warn);
    // The line may be gone when the rest is needed.
    void loadAhead();
  },
  close: async () => {
    const closing = opened;
    opened = undefined;
    closing?.line.close();
    await closing?.profile.close();
  },
  startAfresh: async () => {
    await calls.close();
    await deleteDomStore(storeName);
  },
  reconnect: async () => opened?.line.reconnect(),

  status: () => phone().account.status(),
  // The service is where the app came from.
  turnOn: async (number, invitation) => {
    const working = (done: number) => opened?.announce({ kind: "work", done });
    try {
      return await phone().account.turnOn(number, location.origin, ["service"], {
        working,
        ...(invitation ? { invitation } : {}),
      });
    } finally {
      opened?.announce({ kind: "work" });
    }
  },
  verify: (code) => phone().account.verify(code),
  setPurpose: (purpose, granted) => phone().account.setPurpose(purpose, granted),
  turnOff: () => phone().account.turnOff(),
  receipt: () => phone().account.receipt(),

  readNumber: async (typed, country) => {
    const { readNumber } = await loadNationalNumbers();
    const reading = readNumber(typed, country);
    if (reading.kind !== "number") return reading;
    return { ...reading, shown: formatNumber(reading.number) };
  },
  spacedWhileTyped: async (typed, country) =>
    (await loadNationalNumbers()).spacedWhileTyped(typed, country),
  callingCodes: async () => (await loadNationalNumbers()).callingCodes(),
  offeredCountry: (locale) => phone().contacts.offeredCountry(locale),
  chooseCountry: (country) => phone().contacts.chooseCountry(country),

  contacts: () => phone().contacts.list(),
  photo: (number) => phone().contacts.photo(number),
  previewImport: async (vcards, country) => {
    const preview = await phone().contacts.previewImport(vcards, country ? { country } : {});
    return { ...preview, ready: preview.ready.map(({ photo: _, ...contact }) => contact) };
  },
  importContacts: async (vcards, country) =>
    (await phone().contacts.import(vcards, country ? { country } : {})).ready.length,
  nameContact: (number, name) => phone().contacts.name(number, name),
  removeContact: (number) => phone().contacts.remove(number),

  conversations: () => phone().conversations.list(),
  conversation: (number) => phone().conversations.summary(number),
  startConversation: (number) => phone().conversations.start(number),
  forgetUnused: (number) => phone().conversations.forgetUnused(number),
  page: (number, limit, before) =>
    phone().conversations.page(number, { limit, ...(before ? { before } : {}) }),
  texts: (number, keys) => phone().conversations.texts(number, keys),
  markRead: (number) => phone().conversations.markRead(number),
  setDraft: (number, draft) => phone().conversations.setDraft(number, draft),
  setMuted: (number, muted) => phone().conversations.setMuted(number, muted),
  setPinned: (number, pinned) => phone().conversations.setPinned(number, pinned),
  setArchived: (number, archived) => phone().conversations.setArchived(number, archived),
  markUnread: (number) => phone().conversations.markUnread(number),
  clearConversation: (number) => phone().conversations.clear(number),
  deleteConversation: (number) => phone().conversations.delete(number),
  removeText: (number, key) => phone().conversations.deleteText(number, key),
  search: (query, limit, before) =>
    phone().conversations.search(query, { limit, ...(before ? { before } : {}) }),

  check: (number) => phone().people.check(number),
  send: async (number, text, route) => (await phone().texts.send(number, text, { route })).key,
  outcome: (key) => phone().texts.outcome(key),
  previewSms: async (text) => phone().texts.previewSms(text),
  sendAsSms: (key) => phone().texts.sendAsSms(key),
  sendAgain: async (key) => void (await phone().texts.sendAgain(key)),
  person: (number) => phone().people.view(number),
  setCompared: (number, compared) => phone().people.setCompared(number, compared),
  accept: (number) => phone().people.accept(number),
  acceptNewKey: (number) => phone().people.acceptNewKey(number),
  setBlocked: (number, blocked) =>
    blocked ? phone().people.block(number) : phone().people.unblock(number),

  ledgerPage: (limit, before) => phone().ledger.page({ limit, ...(before ? { before } : {}) }),
  ledgerTotals: () => phone().ledger.totals(),
  clearLedger: async () => void (await phone().ledger.clear()),
  ledgerDays: async (days) => {
    const { ledgerDays } = await import("./ledger-days.ts");
    return ledgerDays((options) => phone().ledger.page(options), days, new Date());
  },
};

function announceUnsaid(
  { texts, numbers, contacts, ledger }: Unsaid,
  announce: (announcement: Announcement) => void,
): void {
  for (const [number, keys] of texts) announce({ kind: "texts", number, keys });
  if (numbers.size > 0) announce({ kind: "numbers", numbers: [...numbers] });
  if (contacts) announce({ kind: "contacts" });
  if (ledger) announce({ kind: "ledger" });
}

function announceStatus(
  profile: Profile,
  announce: (announcement: Announcement) => void,
  line: Line,
): void {
  const say = async () => announce({ kind: "status", status: await profile.account.status() });
  untilTakenOver(say());
  line.wake();
  // The owner's answer, the account or the service's key may be another. Whoever asked for it looks themselves.
  profile.push.settle().catch(console.warn);
}

/** From then on, what is asked through the port. */
export function answerPage(port: MessagePort): void {
  answerCalls(port, calls);
}
