// Whom the message can go to, one below the other. Only what is in sight is in the page, and what is marked.
import { useEffect, useRef } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { Avatar } from "../elements/avatar.tsx";
import { RouteName } from "../elements/route-name.tsx";
import type { Catalogue } from "../language/en.ts";
import { isolated } from "../language/isolated.ts";
import { useWords } from "../language/language.ts";
import { useShownNumber } from "../phone/shown-number.ts";
import type { Recipient } from "./recipients.ts";

interface RecipientListProps {
  /** Its options are named by this and their place. */
  readonly id: string;
  readonly recipients: readonly Recipient[];
  readonly marked: number;
  readonly onChoose: (recipient: Recipient) => void;
}

export function RecipientList({ id, recipients, marked, onChoose }: RecipientListProps) {
  const words = useWords();
  const virtual = useRef<VirtualizerHandle>(null);
  useEffect(() => {
    virtual.current?.scrollToIndex(marked, { align: "nearest" });
  }, [marked]);
  return (
    <div className="recipients" role="listbox" id={id} aria-label={words.newMessageTo}>
      <Virtualizer ref={virtual} keepMounted={recipients.length > 0 ? [marked] : []}>
        {recipients.map((recipient, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
          <div
            key={recipient.number}
            className="recipient"
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === marked}
            aria-posinset={index + 1}
            aria-setsize={recipients.length}
            // The field keeps the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(recipient)}
          >
            <Avatar name={recipient.name ?? recipient.number} number={recipient.number} />
            <span className="recipient-name" dir="auto">
              {recipient.name ?? numberOf(recipient, words)}
            </span>
            {recipient.name && (
              <span className="hint recipient-number">
                <ShownNumber recipient={recipient} />
              </span>
            )}
            <RouteName route={recipient.route} />
          </div>
        ))}
      </Virtualizer>
    </div>
  );
}

/** Of those in sight alone the phone is asked how their numbers are written. */
function ShownNumber({ recipient: { number, shown } }: { readonly recipient: Recipient }) {
  const asked = useShownNumber(shown === number ? number : undefined);
  return asked || <bdi dir="ltr">{shown}</bdi>;
}

function numberOf({ shown, route }: Recipient, words: Catalogue): string {
  return route ? isolated(shown) : words.newMessageNumber(isolated(shown));
}
