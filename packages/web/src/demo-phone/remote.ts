// What lets the demo's page play a phone that it shows: the same steps that fingers take, one at a time, and word of what left.
// Only where the page greeted this phone as its radio; no other phone listens.
import type { PhoneNumber } from "@assent/protocol";
import { chosenLanguage, loadLanguage } from "../language/language.ts";
import { phone, untilPhone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { noteWelcomed } from "../welcome/welcome.tsx";

/** What the page asks for. Each is answered once, when it is done or failed. */
export type RemoteStep =
  | { readonly step: "introduce"; readonly people: readonly { name: string; number: string }[] }
  | { readonly step: "go"; readonly place: "list" | "turnOn" | "turnOff" | "whatLeft" | "receipt" }
  | { readonly step: "turn-on"; readonly number: string }
  | { readonly step: "verify"; readonly code: string }
  | { readonly step: "open"; readonly number: string }
  | { readonly step: "text"; readonly number: string; readonly text: string }
  | { readonly step: "turn-off" };

export interface RemoteRequest {
  readonly request: number;
  readonly asked: RemoteStep;
}

/** What the phone says: that a step is done, or how it stands. */
export type RemoteWord =
  | { readonly kind: "answer"; readonly request: number; readonly isDone: boolean }
  /** How much left it is in the words of its language. */
  | { readonly kind: "state"; readonly phase: string; readonly left: string }
  /** A sealed envelope went out: its size, and some of what a carrier sees of it. */
  | { readonly kind: "sealed"; readonly size: number; readonly noise: string }
  /** Somebody has the phone in their hand. */
  | { readonly kind: "touched" };

const noiseBytes = 12;

export async function followRemote(port: MessagePort): Promise<void> {
  const say = (word: RemoteWord) => port.postMessage(word);
  for (const touch of ["pointerdown", "keydown"]) {
    addEventListener(touch, () => say({ kind: "touched" }), { capture: true });
  }
  const { words, size } = await loadLanguage(chosenLanguage());
  await untilPhone(({ opening }) => opening === "open");
  port.onmessage = ({ data: { request, asked } }: MessageEvent<RemoteRequest>) => {
    take(asked).then(
      () => say({ kind: "answer", request, isDone: true }),
      () => say({ kind: "answer", request, isDone: false }),
    );
  };
  let newest = (await phone.ledgerPage(1)).lines[0]?.key ?? "";
  const tell = async () => {
    const { items, bytes } = await phone.ledgerTotals();
    const left = `${words.ledgerItems(items)}, ${size(bytes)}`;
    say({ kind: "state", phase: usePhone.getState().status?.phase ?? "off", left });
    const { lines } = await phone.ledgerPage(20);
    for (const { key, declaration, size: bytesOut, body } of lines.toReversed()) {
      if (key <= newest || declaration !== "put") continue;
      const bytesOfBody = body.kind === "whole" ? body.bytes : body.sha256;
      const from = Math.max(0, bytesOfBody.length - noiseBytes);
      const noise = [...bytesOfBody.subarray(from)]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join(" ");
      say({ kind: "sealed", size: bytesOut, noise });
    }
    newest = lines[0]?.key ?? newest;
  };
  const tellSoon = oneAtATime(tell);
  tellSoon();
  usePhone.subscribe((now, before) => {
    if (now.ledgerVersion !== before.ledgerVersion || now.status !== before.status) tellSoon();
  });
}

async function take(asked: RemoteStep): Promise<void> {
  switch (asked.step) {
    case "introduce":
      for (const { name, number } of asked.people) {
        if (usePhone.getState().names.has(number as PhoneNumber)) continue;
        await phone.nameContact(number as PhoneNumber, name);
      }
      return;
    case "go":
      return go(places[asked.place]);
    case "turn-on":
      // The question is answered: it does not stand there any more once something leaves.
      go(places.list);
      await phone.turnOn(asked.number as PhoneNumber);
      return;
    case "verify":
      await phone.verify(asked.code);
      return go(places.turnOn);
    case "open": {
      const { id } = await phone.startConversation(asked.number as PhoneNumber);
      // A thread that the list does not have is left again.
      await untilPhone(({ conversations }) => conversations.some((one) => one.id === id));
      return go(places.thread(id));
    }
    case "text": {
      const isOn = usePhone.getState().status?.phase === "on";
      if (isOn) await phone.check(asked.number as PhoneNumber);
      await phone.send(asked.number as PhoneNumber, asked.text, isOn ? "private" : "sms");
      return;
    }
    case "turn-off":
      await phone.turnOff();
      return go(places.receipt);
  }
}

function go(place: string): void {
  noteWelcomed();
  location.hash = `#${place}`;
}

/** Runs a step again where it was asked for meanwhile, and never two at once. */
function oneAtATime(step: () => Promise<void>): () => void {
  let isRunning = false;
  let isWanted = false;
  const run = async () => {
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      await step();
    }
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) void run();
  };
}
