// The language of the screens: the browser's, or the one that was chosen here. Catalogues are loaded when needed.
import { createContext, useContext } from "react";
import { keep, kept } from "../kept.ts";
import type { Catalogue } from "./en.ts";

export const languages = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  ar: "العربية",
  "zh-Hans": "简体中文",
} as const;

export type LanguageTag = keyof typeof languages;

/** A catalogue, and how its language writes times, numbers and directions. */
export interface Language {
  readonly tag: LanguageTag;
  readonly direction: "ltr" | "rtl";
  readonly words: Catalogue;
  /** 14:05 */
  time(at: Date): string;
  /** Monday, 3 May */
  day(at: Date): string;
  /** 3 May */
  date(at: Date): string;
  /** 3 May 2026, of a day that is one in UTC. */
  dayOfUtc(at: Date): string;
  /** As short as a list wants it: the time today, a weekday, or a date. */
  short(at: Date, now: Date): string;
  /** 3 May 2026, 14:05:09 */
  exact(at: Date): string;
  /** 1.2 MB */
  size(bytes: number): string;
}

const loaders: Readonly<Record<LanguageTag, () => Promise<Catalogue>>> = {
  en: async () => (await import("./en.ts")).en,
  de: async () => (await import("./de.ts")).de,
  fr: async () => (await import("./fr.ts")).fr,
  ar: async () => (await import("./ar.ts")).ar,
  "zh-Hans": async () => (await import("./zh-hans.ts")).zhHans,
};

const chosenKey = "assent.language";

export function chosenLanguage(): LanguageTag {
  const chosen = kept(chosenKey);
  for (const wanted of chosen ? [chosen] : navigator.languages) {
    const tag = matching(wanted);
    if (tag) return tag;
  }
  return "en";
}

export function chooseLanguage(tag: LanguageTag): void {
  keep(chosenKey, tag);
}

export async function loadLanguage(tag: LanguageTag): Promise<Language> {
  const words = await loaders[tag]();
  const region = regionalFormOf(tag);
  // The figures of all sentences, codes and numbers here, whatever else a region writes.
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(region, { ...options, numberingSystem: "latn" });
  const time = format({ hour: "numeric", minute: "2-digit" });
  const day = format({ weekday: "long", day: "numeric", month: "long" });
  const weekday = format({ weekday: "short" });
  const date = format({ day: "numeric", month: "short" });
  const dayOfUtc = format({ dateStyle: "long", timeZone: "UTC" });
  const exact = format({ dateStyle: "medium", timeStyle: "medium" });
  return {
    tag,
    direction: tag === "ar" ? "rtl" : "ltr",
    words,
    time: (at) => time.format(at),
    day: (at) => day.format(at),
    date: (at) => date.format(at),
    dayOfUtc: (at) => dayOfUtc.format(at),
    short: (at, now) => {
      if (at.toDateString() === now.toDateString()) return time.format(at);
      const daysAgo = (now.getTime() - at.getTime()) / 86_400_000;
      return (daysAgo < 6 ? weekday : date).format(at);
    },
    exact: (at) => exact.format(at),
    size: (bytes) => sizeIn(tag, bytes),
  };
}

const LanguageContext = createContext<Language | undefined>(undefined);

export const LanguageProvider = LanguageContext.Provider;

export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (!language) throw new TypeError("no language was loaded");
  return language;
}

/** The words of the language the screens are in. */
export function useWords(): Catalogue {
  return useLanguage().words;
}

/** How the browser's owner writes dates in this language: en-GB is not en-US. */
function regionalFormOf(tag: LanguageTag): string {
  return navigator.languages.find((wanted) => wanted.startsWith(`${tag}-`)) ?? tag;
}

function matching(wanted: string): LanguageTag | undefined {
  const base = wanted.split("-")[0];
  // One of two ways of writing Chinese is here; it is what all of it falls back to.
  if (base === "zh") return "zh-Hans";
  return Object.keys(languages).find((tag): tag is LanguageTag => tag === base);
}

function sizeIn(tag: LanguageTag, bytes: number): string {
  const [unit, divisor] =
    bytes < 1_000 ? ["byte", 1] : bytes < 1_000_000 ? ["kilobyte", 1_000] : ["megabyte", 1_000_000];
  return new Intl.NumberFormat(tag, {
    style: "unit",
    unit: unit as string,
    unitDisplay: unit === "byte" ? "long" : "short",
    maximumFractionDigits: 1,
  }).format(bytes / (divisor as number));
}
