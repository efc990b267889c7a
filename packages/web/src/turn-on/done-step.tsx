// Private messages are on.
import { ShieldCheck } from "lucide-react";
import { Button } from "../elements/button.tsx";
import { Screen } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { places } from "../places.ts";

export function DoneStep({ onDone }: { readonly onDone: () => void }) {
  const words = useWords();
  return (
    <Screen title={words.doneTitle} backTo={places.list}>
      <div className="stack turned-on">
        <ShieldCheck aria-hidden="true" size={56} />
        <p>{words.doneHint}</p>
        <Button look="strong" onClick={onDone}>
          {words.done}
        </Button>
      </div>
    </Screen>
  );
}
