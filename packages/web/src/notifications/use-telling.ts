// Loads, behind the first screen, what tells of texts that come.
import { useEffect } from "react";
import { useLanguage } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";

/** @param go where a notification that was pressed leads. */
export function useTelling(go: (place: string) => void): void {
  const language = useLanguage();
  const isOpen = usePhone(({ opening }) => opening === "open");
  useEffect(() => {
    if (!isOpen) return;
    const ending = new AbortController();
    const begin = async () => {
      const { tellOfTexts } = await import("./teller.ts");
      if (ending.signal.aborted) return;
      ending.signal.addEventListener("abort", tellOfTexts(language, go));
    };
    // Without it, as where the line broke just then, the app only tells of nothing.
    begin().catch(console.warn);
    return () => ending.abort();
  }, [language, isOpen, go]);
}
