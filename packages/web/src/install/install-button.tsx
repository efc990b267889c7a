// Installs the app, where the browser offers that.
import { Button } from "../elements/button.tsx";
import { useWords } from "../language/language.ts";
import { useInstall } from "./install-state.ts";

export function InstallButton() {
  const words = useWords();
  const prompt = useInstall((state) => state.prompt);
  if (!prompt) return null;
  const install = () => {
    // It can be asked once; the browser offers it anew if the answer was no.
    useInstall.setState({ prompt: undefined });
    void prompt.prompt();
  };
  return <Button onClick={install}>{words.welcomeInstall}</Button>;
}
