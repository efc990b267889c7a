// What the SMS network sees: every SMS, in plain text. Numbers that no phone here has can be answered as.
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { Button } from "../elements/button.tsx";
import { Field } from "../elements/field.tsx";
import "../elements/screen.css";
import { nameOf, phones, service } from "./phones.ts";
import type { CarriedSms, SmsNetwork } from "./sms-network.ts";

export function SmsStrip({ network }: { readonly network: SmsNetwork }) {
  const carried = useStore(network.carried);
  const list = useRef<HTMLOListElement>(null);
  const newest = carried.at(-1)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new one is scrolled to
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [newest]);
  const toStranger = carried.findLast(({ to }) => isStranger(to));
  return (
    <section className="demo-sms" data-part="SMS" aria-label="SMS network">
      <h2>
        SMS network <span className="demo-number">fake</span>
      </h2>
      <p className="hint">
        {carried.length === 0
          ? "Nothing yet. Codes and SMS appear here as a carrier sees them: in plain text."
          : "A carrier can read all of this. Private messages never come by here."}
      </p>
      <ol className="demo-carried" ref={list} aria-live="polite">
        {carried.map((sms) => (
          <Carried key={sms.id} sms={sms} />
        ))}
      </ol>
      {toStranger && <AnswerAsStranger key={toStranger.to} sms={toStranger} network={network} />}
    </section>
  );
}

function Carried({ sms: { from, to, text, at } }: { readonly sms: CarriedSms }) {
  return (
    <li className="demo-carried-sms">
      <p className="demo-carried-by">
        <span>
          {nameOf(from)} to {nameOf(to)}
        </span>
        <time dateTime={at.toISOString()}>
          {at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}
        </time>
      </p>
      <p className="demo-carried-text" dir="auto">
        {text}
      </p>
    </li>
  );
}

interface AnswerProps {
  /** What is answered. */
  readonly sms: CarriedSms;
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
      <Button type="submit" disabled={text.trim() === ""}>
        Send
      </Button>
    </form>
  );
}

function isStranger(number: string): boolean {
  return ![...phones, service].some((one) => one.number === number);
}
