// The language of the screens. Each is named in itself.
import { type LanguageTag, languages, useLanguage } from "../language/language.ts";
import { useChooseLanguage } from "../language/language-root.tsx";
import { Choice } from "./choice.tsx";
import { Section } from "./section.tsx";

const tags = Object.keys(languages) as LanguageTag[];

export function LanguageSection() {
  const { tag, words } = useLanguage();
  const choose = useChooseLanguage();
  return (
    <Section title={words.settingsLanguage}>
      <Choice
        label={words.settingsLanguage}
        values={tags}
        chosen={tag}
        onChoose={choose}
        nameOf={(one) => <bdi lang={one}>{languages[one]}</bdi>}
      />
    </Section>
  );
}
