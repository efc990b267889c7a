// The phone itself, in a worker of the page: opens the profile, answers the page's calls, and keeps the connection.
import {
  deleteDomStore,
  loadMls,
  openDomProfile,
  type Profile,
  type ProfileChange,
} from "@assent/client/dom";
import { AssentError, type DeclarationId, declarations, formatNumber } from "@assent/protocol";
import { answerCalls } from "./calls.ts";
import { Line } from "./line.ts";
import type { Announcement, Phone } from "./phone.ts";
import { openRadio, type Radio } from "./radio.ts";

// One phone for each origin.
const storeName = "assent";

let radio: Radio | undefined;
let opened: { readonly profile: Profile; readonly line: Line } | undefined;

function phone(): Profile {
  if (!opened) throw new AssentError("internal");
  return opened.profile;
}

const calls: Phone = {
  attachRadio: async (port) => {
    radio = openRadio(port);
  },
  open: async (announcements, takeOver) => {
    const announce = (announcement: Announcement) => announcements.postMessage(announcement);
    const profile = await openDomProfile(storeName, {
      encryption: await loadMls(),
      takeOver,
      onTakenOver: () => {
        announce({ kind: "taken-over" });
        opened?.line.close();
      },
      ...(radio ? { sms: radio.transport } : {}),
    });
    const line = new Line(profile, announce);
    opened = { profile, line };
    profile.watch((change) => announceChange(profile, change, announce, line));
    radio?.listen(({ from, text }) => profile.threads.receiveSms(from, text, Date.now()));
    line.start();
  },
  close: async () => {
    opened?.line.close();
    await opened?.profile.close();
    opened = undefined;
  },
  startAfresh: async () => {
    await calls.close();
    await deleteDomStore(storeName);
  },
  reconnect: async () => opened?.line.reconnect(),

  status: () => phone().status(),
  // The service is where the app came from.
  turnOn: (number) => phone().turnOn(number, location.origin, ["service"]),
  verify: (code) => phone().verify(code),
  setPurpose: (purpose, granted) => phone().setPurpose(purpose, granted),
  turnOff: () => phone().turnOff(),
  receipt: () => phone().receipt(),

  readNumber: async (written) => {
    const number = await phone().contacts.readNumber(written);
    return { number, shown: formatNumber(number) };
  },
  contacts: () => phone().contacts.list(),
  importContacts: async (vcards) => {
    const { ready, needCountry, unusable } = await phone().contacts.import(vcards);
    return { imported: ready.length, skipped: needCountry.length + unusable.length };
  },
  nameContact: (number, name) => phone().contacts.name(number, name),

  conversations: () => phone().threads.list(),
  conversation: (number) => phone().threads.summary(number),
  startConversation: (number) => phone().threads.start(number),
  page: (number, limit, before) =>
    phone().threads.page(number, { limit, ...(before ? { before } : {}) }),
  texts: (number, keys) => phone().threads.texts(number, keys),
  markRead: async (number) => {
    if (await phone().threads.markRead(number)) await phone().sendWaiting();
  },
  setDraft: (number, draft) => phone().threads.setDraft(number, draft),
  setMuted: (number, muted) => phone().threads.setMuted(number, muted),
  removeText: (number, key) => phone().threads.removeText(number, key),
  search: (query, limit, before) =>
    phone().threads.search(query, { limit, ...(before ? { before } : {}) }),

  check: (number) => phone().check(number),
  send: (number, text, route) => phone().send(number, text, { route }),
  sendAgain: (key) => phone().sendAgain(key),
  person: (number) => phone().person(number),
  setCompared: (number, compared) => phone().setCompared(number, compared),
  acceptNewKey: (number) => phone().acceptNewKey(number),
  setBlocked: (number, blocked) => (blocked ? phone().block(number) : phone().unblock(number)),

  ledgerPage: (limit, before) => phone().ledgerPage({ limit, ...(before ? { before } : {}) }),
  ledgerTotals: () => phone().ledgerTotals(),
  clearLedger: () => phone().clearLedger(),
  declaredKinds: async () =>
    (Object.keys(declarations) as DeclarationId[]).map((id) => {
      const { purpose, why } = declarations[id];
      return { id, purpose, why };
    }),
};

function announceChange(
  profile: Profile,
  change: ProfileChange,
  announce: (announcement: Announcement) => void,
  line: Line,
): void {
  for (const [number, keys] of change.texts) announce({ kind: "texts", number, keys });
  if (change.numbers.size > 0) announce({ kind: "numbers", numbers: [...change.numbers] });
  if (change.contacts) announce({ kind: "contacts" });
  if (change.ledger) announce({ kind: "ledger" });
  if (change.status) {
    void profile.status().then((status) => announce({ kind: "status", status }));
    line.wake();
  }
}

// The page sends the port that its calls come through.
addEventListener("message", ({ ports: [port] }) => {
  if (port) answerCalls(port, calls);
});
