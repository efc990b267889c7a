// Private messages: where they stand, what the owner said yes to and when, and the ways to change it.
import { ChevronRight } from "lucide-react";
import { Link, useLocation } from "wouter";
import { useStanding } from "../conversations/standing.ts";
import { Button } from "../elements/button.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { useShownNumber } from "../phone/shown-number.ts";
import { places } from "../places.ts";
import { useKeptReceipt } from "../turn-off/kept-receipt.ts";
import { ReadReceipts } from "./read-receipts.tsx";
import { Section } from "./section.tsx";
import { SmsRelay } from "./sms-relay.tsx";

export function PrivateSection() {
  const words = useWords();
  const standing = useStanding();
  const mayAsk = usePhone(({ status }) => status?.phase === "on" && !status.policyChanged);
  const receipt = useKeptReceipt();
  return (
    <Section title={words.settingsPrivate}>
      <div className="settings-row">
        <div>
          <p className="settings-name">{standing?.title}</p>
          <p className="hint">{standing?.hint}</p>
        </div>
      </div>
      <Yes />
      {mayAsk && <ReadReceipts />}
      {mayAsk && <SmsRelay />}
      <LinkRow to={places.whatLeft} name={words.whatLeft} />
      {typeof receipt === "object" && <LinkRow to={places.receipt} name={words.settingsReceipt} />}
      <div className="settings-row">
        <OnOrOff />
      </div>
    </Section>
  );
}

/** The number, and the yes that was given with it. */
function Yes() {
  const { words, exact } = useLanguage();
  const status = usePhone((state) => state.status);
  const number = useShownNumber(status?.number);
  const consent = status?.consent;
  if (!number && !consent) return null;
  return (
    <dl className="settings-facts">
      {number && (
        <div className="settings-row">
          <dt className="settings-name">{words.settingsNumber}</dt>
          <dd>{number}</dd>
        </div>
      )}
      {consent && (
        <div className="settings-row">
          <dt className="settings-name">{words.settingsConsent}</dt>
          <dd>{words.settingsConsentGiven(exact(consent.givenAt), consent.policyVersion)}</dd>
        </div>
      )}
    </dl>
  );
}

function OnOrOff() {
  const words = useWords();
  const [, go] = useLocation();
  const phase = usePhone(({ status }) => status?.phase);
  const standing = useStanding();
  switch (phase) {
    case undefined:
      return null;
    case "on":
      return <Button onClick={() => go(places.turnOff)}>{words.settingsTurnOff}</Button>;
    case "verifying":
    case "leaving":
      return <Button onClick={() => standing && go(standing.leadsTo)}>{words.bannerAction}</Button>;
    default:
      return <Button onClick={() => go(places.turnOn)}>{words.settingsTurnOn}</Button>;
  }
}

function LinkRow({ to, name }: { readonly to: string; readonly name: string }) {
  return (
    <Link href={to} className="settings-row settings-link">
      <span className="settings-name">{name}</span>
      <ChevronRight aria-hidden="true" size={20} />
    </Link>
  );
}
