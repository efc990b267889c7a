// Where the page begins: the language, the demo's radio where there is one, the phone, and the screens.
import "./look/tokens.css";
import "./look/base.css";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { App } from "./app.tsx";
import { radioOfDemo } from "./demo-phone/radio.ts";
import { prepareInstall } from "./install/install.ts";
import { chosenLanguage, loadLanguage } from "./language/language.ts";
import { LanguageRoot } from "./language/language-root.tsx";
import { lockWhenLeft } from "./lock/lock.ts";
import { applyTheme, chosenTheme } from "./look/theme.ts";
import { followLinks } from "./new-message/handed-in.ts";
import { startPhone } from "./phone/phone-state.ts";
import { scriptUrl, started } from "./phone/worker-start.ts";

applyTheme(chosenTheme());
// Before any screen reads where one is.
followLinks();
prepareInstall(scriptUrl);
lockWhenLeft();
// The phone opens while the language is loaded; nothing leaves by opening it.
void radioOfDemo().then((radio) => startPhone(started, radio));
const language = await loadLanguage(chosenLanguage());
const root = createRoot(document.getElementById("app") as HTMLElement);
// Screens are named behind the #, which never reaches a server.
root.render(
  <LanguageRoot first={language}>
    <Router hook={useHashLocation}>
      <App />
    </Router>
  </LanguageRoot>,
);
