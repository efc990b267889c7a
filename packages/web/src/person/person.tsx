// A person: what they are called here, how they can be reached, and what their owner wants of them. A card for each, and
// what shuts them out stands last and alone.
import type { ConversationSummary } from "@assent/client";
import {
  BellOff,
  ChevronRight,
  type LucideIcon,
  MessageSquare,
  Pencil,
  Send,
  ShieldCheck,
  ShieldQuestionMark,
  UserRoundPlus,
} from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Link, Redirect, useLocation } from "wouter";
import { ContactSheet } from "../contacts/contact-sheet.tsx";
import { NewContactSheet } from "../contacts/new-contact-sheet.tsx";
import { useShownName } from "../conversations/shown-name.ts";
import { Avatar } from "../elements/avatar.tsx";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { RouteName } from "../elements/route-name.tsx";
import { Screen } from "../elements/screen.tsx";
import { Switch } from "../elements/switch.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { useConversation } from "./known-person.ts";
import "../elements/parted-card.css";
import "./person.css";

export default function Person({ id }: { readonly id: string }) {
  const words = useWords();
  const opening = usePhone((state) => state.opening);
  const conversation = useConversation(id);
  if (!conversation) return opening === "open" ? <Redirect to={places.list} /> : null;
  return (
    <Screen title={words.person} backTo={places.thread(id)}>
      <div className="person">
        <Who conversation={conversation} />
        <div className="stack">
          <div className="parted-card">
            <Trust conversation={conversation} />
          </div>
          <div className="parted-card">
            <Name conversation={conversation} />
            <Reach conversation={conversation} />
            <Mute conversation={conversation} />
          </div>
          <div className="parted-card">
            <Block conversation={conversation} />
          </div>
        </div>
      </div>
    </Screen>
  );
}

interface PartProps {
  readonly conversation: ConversationSummary;
}

function Who({ conversation: { id, number, written, route } }: PartProps) {
  const words = useWords();
  const [, go] = useLocation();
  const shown = useShownName(number);
  const isNamed = usePhone(({ names }) => names.has(number));
  return (
    <div className="person-who">
      <Avatar name={shown} number={number} size="large" />
      {isNamed && (
        <p className="person-name" dir="auto">
          {shown}
        </p>
      )}
      <p className="person-number">
        <bdi dir="ltr">{written}</bdi>
      </p>
      <RouteName route={route} />
      <Button look="strong" onClick={() => go(places.thread(id))}>
        <MessageSquare aria-hidden="true" size={18} />
        {words.newMessageNumber(shown)}
      </Button>
    </div>
  );
}

interface SaidProps {
  readonly Sign: LucideIcon;
  readonly title: string;
  readonly hint?: string | undefined;
  readonly hintId?: string;
  readonly children?: ReactNode;
}

function Said({ Sign, title, hint, hintId, children }: SaidProps) {
  return (
    <>
      <Sign aria-hidden="true" size={20} className="person-sign" />
      <div className="person-said">
        <h2>{title}</h2>
        {hint && (
          <p className="hint" id={hintId}>
            {hint}
          </p>
        )}
        {children}
      </div>
    </>
  );
}

function Trust({ conversation: { id, compared, keyChanged } }: PartProps) {
  const words = useWords();
  return (
    <Link className="person-part" href={places.verify(id)}>
      <Said
        Sign={compared ? ShieldCheck : ShieldQuestionMark}
        title={compared ? words.verified : words.verify}
        hint={keyChanged ? words.keyChangedTitle : words.verifyHint}
      />
      <ChevronRight aria-hidden="true" size={20} className="person-on" />
    </Link>
  );
}

/** Who is not in the address book is offered to be. */
function Name({ conversation: { number } }: PartProps) {
  const words = useWords();
  const name = usePhone(({ names }) => names.get(number));
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <button type="button" className="person-part" onClick={() => setOpen(true)}>
        {name ? (
          <Said Sign={Pencil} title={words.personName} hint={words.personNameHint} />
        ) : (
          <Said Sign={UserRoundPlus} title={words.contactAddThis} hint={words.personNameHint} />
        )}
        <span className="person-said-now">
          <span className="hint" dir="auto">
            {name}
          </span>
          <ChevronRight aria-hidden="true" size={20} className="person-on" />
        </span>
      </button>
      {isOpen &&
        (name ? (
          <ContactSheet number={number} onClose={close} />
        ) : (
          <NewContactSheet number={number} onClose={close} />
        ))}
    </>
  );
}

function Reach({ conversation: { number, route } }: PartProps) {
  const words = useWords();
  const isOn = usePhone(({ status }) => status?.phase === "on" && !status.policyChanged);
  const attempt = useAttempt();
  const check = () =>
    attempt.run(async () => {
      await phone.check(number);
    });
  return (
    <section className="person-part">
      <Said Sign={Send} title={words.personRoute}>
        <p role="status">{attempt.isUnderway ? words.lineChecking : <RouteName route={route} />}</p>
        <Problem attempt={attempt} />
      </Said>
      {isOn && (
        <Button aria-disabled={attempt.isUnderway} onClick={check}>
          {words.checkNow}
        </Button>
      )}
    </section>
  );
}

function Mute({ conversation: { number, muted } }: PartProps) {
  const words = useWords();
  const attempt = useAttempt();
  const hint = useId();
  return (
    <section className="person-part">
      <Said Sign={BellOff} title={words.mute} hint={words.muteHint} hintId={hint}>
        <Problem attempt={attempt} />
      </Said>
      <Switch
        label={words.mute}
        describedBy={hint}
        checked={muted}
        onChange={(isMuted) => attempt.run(() => phone.setMuted(number, isMuted))}
      />
    </section>
  );
}

function Block({ conversation: { number, blocked } }: PartProps) {
  const words = useWords();
  const attempt = useAttempt();
  return (
    <section className="person-part">
      <div className="person-said">
        <h2>{blocked ? words.blockedTitle : words.block}</h2>
        <p className="hint">{words.blockHint}</p>
        <Problem attempt={attempt} />
      </div>
      <Button
        look={blocked ? "plain" : "alarm"}
        onClick={() => attempt.run(() => phone.setBlocked(number, !blocked))}
      >
        {blocked ? words.unblock : words.block}
      </Button>
    </section>
  );
}
