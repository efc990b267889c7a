// What can be done with one conversation, from the list and from its thread.
import type { ConversationSummary } from "@assent/client";
import { Bell, BellOff, UserRound } from "lucide-react";
import { useLocation } from "wouter";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { SheetAction } from "../elements/sheet-action.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { useShownName } from "./shown-name.ts";

interface ConversationSheetProps {
  readonly conversation: ConversationSummary;
  readonly onClose: () => void;
}

export function ConversationSheet({ conversation, onClose }: ConversationSheetProps) {
  const words = useWords();
  const [, go] = useLocation();
  const { id, number, muted } = conversation;
  const name = useShownName(number);
  const attempt = useAttempt();
  const doing = (step: () => Promise<unknown>) =>
    attempt.run(async () => {
      await step();
      onClose();
    });
  return (
    <Sheet open onClose={onClose} title={name}>
      <Problem attempt={attempt} />
      <div className="sheet-actions">
        <SheetAction
          sign={<UserRound />}
          onClick={() => {
            onClose();
            go(places.person(id));
          }}
        >
          {words.details}
        </SheetAction>
        <SheetAction
          sign={muted ? <Bell /> : <BellOff />}
          onClick={() => doing(() => phone.setMuted(number, !muted))}
        >
          {muted ? words.unmute : words.mute}
        </SheetAction>
      </div>
    </Sheet>
  );
}
