// The demo: two phones with the SMS network between them, and three steps for whoever sees this for the first time.
// English only, as the documentation is.
import { useState } from "react";
import { PhoneFrame } from "./phone-frame.tsx";
import { anna, ben, type DemoPhone } from "./phones.ts";
import type { SmsNetwork } from "./sms-network.ts";
import { SmsStrip } from "./sms-strip.tsx";
import "./demo.css";

const parts = [anna.name, "SMS", ben.name] as const;
type Part = (typeof parts)[number];

export function DemoPage({ network }: { readonly network: SmsNetwork }) {
  // Where there is no room for all three, one is shown.
  const [shown, setShown] = useState<Part>(anna.name);
  return (
    <main className="demo" data-shown={shown}>
      <header className="demo-head">
        <h1>Two phones on your machine</h1>
        <ol className="demo-steps">
          <li>Turn on Anna's phone: its switch asks first.</li>
          <li>Turn on Ben's.</li>
          <li>Text Ben from Anna's. The eye lists all that left.</li>
        </ol>
      </header>
      <nav className="demo-parts" aria-label="Shown below">
        {parts.map((part) => (
          <button
            key={part}
            type="button"
            className="button plain"
            aria-pressed={part === shown}
            onClick={() => setShown(part)}
          >
            {part}
          </button>
        ))}
      </nav>
      <Phone phone={anna} network={network} />
      <SmsStrip network={network} />
      <Phone phone={ben} network={network} />
    </main>
  );
}

interface PhoneProps {
  readonly phone: DemoPhone;
  readonly network: SmsNetwork;
}

function Phone({ phone, network }: PhoneProps) {
  return (
    <section className="demo-phone" data-part={phone.name} aria-label={`${phone.name}'s phone`}>
      <h2>
        {phone.name} <span className="demo-number">{phone.shownNumber}</span>
      </h2>
      <PhoneFrame phone={phone} network={network} />
    </section>
  );
}
