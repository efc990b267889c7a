// Light, dark, or as the system: chosen here, applied to the page.
import { keep, kept } from "../kept.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const chosenKey = "assent.theme";

export function chosenTheme(): Theme {
  const chosen = kept(chosenKey);
  return themes.find((theme) => theme === chosen) ?? "system";
}

export function chooseTheme(theme: Theme): void {
  keep(chosenKey, theme);
  applyTheme(theme);
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
