// A quiet line when a newer app is there. Nothing is replaced under anybody's hands: it waits to be wanted.
import { Button } from "../elements/button.tsx";
import { useWords } from "../language/language.ts";
import { useInstall } from "./install-state.ts";
import "./update-line.css";

export function UpdateLine() {
  const words = useWords();
  const waiting = useInstall((state) => state.waiting);
  return (
    <div role="status">
      {waiting && (
        <p className="update-line">
          {words.updateReady}
          <Button look="quiet" onClick={() => waiting.postMessage({ kind: "activate" })}>
            {words.updateNow}
          </Button>
        </p>
      )}
    </div>
  );
}
