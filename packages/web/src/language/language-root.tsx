// Gives all screens one language, and tells the page which one and where it begins.
import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from "react";
import {
  chooseLanguage,
  type Language,
  LanguageProvider,
  type LanguageTag,
  loadLanguage,
} from "./language.ts";

const Choosing = createContext<(tag: LanguageTag) => void>(() => undefined);

export function LanguageRoot(props: { readonly first: Language; readonly children: ReactNode }) {
  const [language, setLanguage] = useState(props.first);
  useLayoutEffect(() => {
    document.documentElement.lang = language.tag;
    document.documentElement.dir = language.direction;
  }, [language]);
  const choose = (tag: LanguageTag) => {
    chooseLanguage(tag);
    void loadLanguage(tag).then(setLanguage);
  };
  return (
    <Choosing.Provider value={choose}>
      <LanguageProvider value={language}>{props.children}</LanguageProvider>
    </Choosing.Provider>
  );
}

/** Puts the screens into another language. */
export function useChooseLanguage(): (tag: LanguageTag) => void {
  return useContext(Choosing);
}
