// What a link, another app or the system hands in to be texted: to whom, and which words. It comes behind the #, so that
// it reaches no server, and is taken out of the address at once, so that no number stays in the browser's history.
import { create } from "zustand";
import { places } from "../places.ts";

export interface HandedIn {
  /** As it was written there; empty where the owner is to choose. */
  readonly to: string;
  /** To be a draft: nothing is sent by a link. */
  readonly text: string;
}

export const useHandedIn = create<{ readonly handedIn: HandedIn | undefined }>(() => ({
  handedIn: undefined,
}));

/** Once, when the app starts: `#/new?to=…&text=…`, now and whenever one is followed. */
export function followLinks(): void {
  take();
  addEventListener("hashchange", take);
}

export function forgetHandedIn(): void {
  useHandedIn.setState({ handedIn: undefined });
}

function take(): void {
  const [place, query] = location.hash.replace(/^#/, "").split("?", 2);
  if (place !== places.newMessage || query === undefined) return;
  history.replaceState(null, "", `#${places.newMessage}`);
  useHandedIn.setState({ handedIn: readHandedIn(query) });
}

/** @param query what stands behind the question mark. */
export function readHandedIn(query: string): HandedIn {
  // A plus sign is one, not a space: it is how numbers begin.
  const params = new URLSearchParams(query.replaceAll("+", "%2B"));
  const text = params.get("text") ?? "";
  const link = readLink(params.get("to") ?? "");
  return { to: link.to, text: [link.text, text].filter(Boolean).join("\n") };
}

/** An `sms:` link (RFC 5724), a `tel:` or `web+assent:` one of the same form, or a number by itself. */
function readLink(link: string): HandedIn {
  const [, rest] = /^(?:sms|smsto|tel|web\+assent):(?:\/\/)?(.*)$/is.exec(link) ?? [];
  if (rest === undefined) return { to: link.trim(), text: "" };
  // Some write & before the first field.
  const [recipients = "", fields = ""] = rest.split(/[?&](.*)/s);
  const body = new URLSearchParams(fields.replaceAll("+", "%2B")).get("body") ?? "";
  // Of several recipients the first: there are no groups.
  return { to: decoded(recipients.split(/[,;]/)[0] ?? "").trim(), text: body };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
