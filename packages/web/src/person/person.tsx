// A person: what they are called here, how they can be reached, and what their owner wants of them.
import type { ConversationSummary } from "@assent/client";
import { ShieldCheck, ShieldQuestionMark } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { Link, Redirect } from "wouter";
import { useShownName } from "../conversations/shown-name.ts";
import { Avatar } from "../elements/avatar.tsx";
import { Button } from "../elements/button.tsx";
import { Field } from "../elements/field.tsx";
import { Problem } from "../elements/problem.tsx";
import { RouteName } from "../elements/route-name.tsx";
import { Screen } from "../elements/screen.tsx";
import { Switch } from "../elements/switch.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { useConversation } from "./known-person.ts";
import "./person.css";

export default function Person({ id }: { readonly id: string }) {
  const words = useWords();
  const opening = usePhone((state) => state.opening);
  const conversation = useConversation(id);
  if (!conversation) return opening === "open" ? <Redirect to={places.list} /> : null;
  return (
    <Screen title={words.person} backTo={places.thread(id)}>
      <div className="stack person">
        <Who conversation={conversation} />
        <Reach conversation={conversation} />
        <Trust conversation={conversation} />
        <Mute conversation={conversation} />
        <Block conversation={conversation} />
      </div>
    </Screen>
  );
}

interface PartProps {
  readonly conversation: ConversationSummary;
}

function Who({ conversation: { number, written } }: PartProps) {
  const words = useWords();
  const shown = useShownName(number);
  const named = usePhone(({ names }) => names.get(number)) ?? "";
  const [name, setName] = useState(named);
  const attempt = useAttempt();
  const save = (event: FormEvent) => {
    event.preventDefault();
    attempt.run(() => phone.nameContact(number, name.trim()));
  };
  return (
    <form className="person-who" onSubmit={save}>
      <Avatar name={shown} number={number} size="large" />
      <p className="person-number">
        <bdi dir="ltr">{written}</bdi>
      </p>
      <div className="person-naming">
        <Field
          label={words.personName}
          hint={words.personNameHint}
          problem={attempt.problem && words.errors[attempt.problem]}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={name.trim() === named}>
          {words.save}
        </Button>
      </div>
    </form>
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
      <div className="person-said">
        <h2>{words.personRoute}</h2>
        <p role="status">{attempt.isUnderway ? words.lineChecking : <RouteName route={route} />}</p>
        <Problem attempt={attempt} />
      </div>
      {isOn && (
        <Button aria-disabled={attempt.isUnderway} onClick={check}>
          {words.checkNow}
        </Button>
      )}
    </section>
  );
}

function Trust({ conversation: { id, compared, keyChanged } }: PartProps) {
  const words = useWords();
  const Sign = compared ? ShieldCheck : ShieldQuestionMark;
  return (
    <section className="person-part">
      <Sign aria-hidden="true" className={compared ? "person-sign verified" : "person-sign"} />
      <div className="person-said">
        <h2>{compared ? words.verified : words.verify}</h2>
        <p className="hint">{keyChanged ? words.keyChangedTitle : words.verifyHint}</p>
      </div>
      <Link className="button plain" href={places.verify(id)}>
        {words.verify}
      </Link>
    </section>
  );
}

function Mute({ conversation: { number, muted } }: PartProps) {
  const words = useWords();
  const attempt = useAttempt();
  const hint = useId();
  return (
    <section className="person-part">
      <div className="person-said">
        <h2>{words.mute}</h2>
        <p className="hint" id={hint}>
          {words.muteHint}
        </p>
        <Problem attempt={attempt} />
      </div>
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
