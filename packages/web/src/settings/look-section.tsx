// Light, dark, or as the system.
import { useState } from "react";
import { useWords } from "../language/language.ts";
import { chooseTheme, chosenTheme, type Theme, themes } from "../look/theme.ts";
import { Choice } from "./choice.tsx";
import { Section } from "./section.tsx";

export function LookSection() {
  const words = useWords();
  const [chosen, setChosen] = useState(chosenTheme);
  const names = { system: words.themeSystem, light: words.themeLight, dark: words.themeDark };
  const choose = (theme: Theme) => {
    chooseTheme(theme);
    setChosen(theme);
  };
  return (
    <Section title={words.settingsLook}>
      <Choice
        label={words.settingsLook}
        values={themes}
        chosen={chosen}
        onChoose={choose}
        nameOf={(theme) => names[theme]}
      />
    </Section>
  );
}
