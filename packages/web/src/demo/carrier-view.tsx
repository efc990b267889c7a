// What the carrier sees: of an SMS who, when and every word; of what is sealed a size and noise. Numbers that no phone here has
// can be answered as.
import { Lock, LockOpen, RadioTower } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { Button } from "../elements/button.tsx";
import { Field } from "../elements/field.tsx";
import "../elements/screen.css";
import { Lane, sizeOf } from "./lane.tsx";
import { nameOf, phones, service } from "./phones.ts";
import type { Carried, Sms, SmsNetwork } from "./sms-network.ts";

export function CarrierView({ network }: { readonly network: SmsNetwork }) {
  const carried = useStore(network.carried);
  const list = useRef<HTMLOListElement>(null);
  const newest = carried.at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new one is scrolled to
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [newest?.id]);
  const toStranger = carried.findLast((one) => one.kind === "sms" && isStranger(one.to));
  return (
    <section className="demo-seen" aria-label="What the carrier sees">
      <Lane look="open" carried={newest?.kind === "sms" ? newest : undefined}>
        <RadioTower aria-hidden="true" size={20} />
        The carrier
        <span className="tag sms">
          <LockOpen aria-hidden="true" size={12} />
          SMS
        </span>
      </Lane>
      <div className="demo-card">
        <header>
          <h2>What the carrier sees</h2>
          <p className="hint">who, when, every word of an SMS</p>
        </header>
        {carried.length === 0 && (
          <p className="hint">Nothing yet. An SMS will lie open here, for the carrier to read.</p>
        )}
        <ol
          className="demo-carried"
          ref={list}
          aria-live="polite"
          aria-label="What passed"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
        >
          {carried.map((one) => (
            <CarriedItem key={one.id} carried={one} />
          ))}
        </ol>
        {toStranger?.kind === "sms" && (
          <AnswerAsStranger key={toStranger.to} sms={toStranger} network={network} />
        )}
      </div>
    </section>
  );
}

function CarriedItem({ carried }: { readonly carried: Carried }) {
  const { at, from } = carried;
  const isPersons = carried.kind === "sms" && from !== service.number;
  return (
    <li className={isPersons ? "stays" : undefined}>
      <time dateTime={at.toISOString()}>
        {at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}
      </time>
      <span className="demo-who">
        {nameOf(from)} → {carried.kind === "sms" ? nameOf(carried.to) : "the service"}
      </span>
      {carried.kind === "sms" ? (
        <span className="demo-open" dir="auto">
          {carried.text}
        </span>
      ) : (
        <span className="demo-sealed">
          <Lock aria-hidden="true" size={14} />
          <span>
            {sizeOf(carried.size)}: {carried.noise} …
          </span>
        </span>
      )}
    </li>
  );
}

interface AnswerProps {
  /** What is answered. */
  readonly sms: Sms;
  readonly network: SmsNetwork;
}

function AnswerAsStranger({ sms: { from: phone, to: stranger }, network }: AnswerProps) {
  const [text, setText] = useState("");
  const answer = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    network.carry({ from: stranger, to: phone, text });
    setText("");
  };
  return (
    <form className="demo-answer" onSubmit={answer}>
      <Field
        label={`Answer ${nameOf(phone)} as ${stranger}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit">Send</Button>
    </form>
  );
}

function isStranger(number: string): boolean {
  return ![...phones, service].some((one) => one.number === number);
}
