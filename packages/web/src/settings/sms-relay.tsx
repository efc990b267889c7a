// SMS that the service sends, for a device without a SIM: others then read what was written.
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { PurposeRow } from "./purpose-row.tsx";

export function SmsRelay() {
  const words = useWords();
  // A yes can be taken back also where the service offers it no more.
  const isShown = usePhone(
    ({ status }) => status?.relaysSms === true || status?.purposes.includes("sms-relay") === true,
  );
  if (!isShown) return null;
  return (
    <PurposeRow
      purpose="sms-relay"
      name={words.relayName}
      hint={words.relayHint}
      question={{
        title: words.relayAskTitle,
        what: [words.relayAskWhat, words.relayAskRead, words.relayAskAnswers, words.relayAskBack],
        yes: words.relayAskYes,
        no: words.relayAskNo,
      }}
    />
  );
}
