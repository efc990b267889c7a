// The demo: two phones, and between them what the carrier sees and what the service holds. Plays by itself when asked to;
// whoever touches a phone takes over. English only, as the documentation is.
import { Hand, Play } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { Mark } from "../elements/mark.tsx";
import { CarrierView } from "./carrier-view.tsx";
import { type Director, steps } from "./director.ts";
import type { HeldRows } from "./held-store.ts";
import { HeldView } from "./held-view.tsx";
import { PhoneView } from "./phone-view.tsx";
import { anna, ben } from "./phones.ts";
import type { Remote } from "./remote.ts";
import type { SmsNetwork } from "./sms-network.ts";
import "./between.css";
import "./demo.css";

export interface DemoParts {
  readonly network: SmsNetwork;
  readonly held: HeldRows;
  readonly director: Director;
  readonly annas: Remote;
  readonly bens: Remote;
}

const parts = [anna.name, "Between", ben.name] as const;
type Part = (typeof parts)[number];

export function DemoPage({ network, held, director, annas, bens }: DemoParts) {
  // Where there is no room for all three, one is shown.
  const [shown, setShown] = useState<Part>(anna.name);
  useEffect(() => held.follow(), [held]);
  return (
    <main className="demo" data-shown={shown}>
      <Head director={director} onWatch={() => setShown("Between")} />
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
      <PhoneView phone={anna} network={network} remote={annas} />
      <div className="demo-between" data-part="Between">
        <CarrierView network={network} />
        <HeldView held={held} network={network} />
        <Narration director={director} />
      </div>
      <PhoneView phone={ben} network={network} remote={bens} />
    </main>
  );
}

interface HeadProps {
  readonly director: Director;
  readonly onWatch: () => void;
}

function Head({ director, onWatch }: HeadProps) {
  const { isPlaying, step } = useStore(director.playing);
  const watch = () => {
    // Where one part is shown, it is the one that says what happens.
    onWatch();
    void director.watch();
  };
  return (
    <header className="demo-head">
      <div className="demo-title">
        <Mark isOn={step > 0 && step < steps.length - 1} size="small" />
        <h1>Two phones on your machine</h1>
        <p className="hint">Nothing here leaves it.</p>
        <div className="demo-ways">
          <button
            type="button"
            className="button quiet"
            aria-disabled={isPlaying}
            onClick={() => void director.turnBothOn()}
          >
            Skip: turn both on
          </button>
          {isPlaying ? (
            <button type="button" className="button strong" onClick={() => director.takeOver()}>
              <Hand aria-hidden="true" size={18} />
              Take over
            </button>
          ) : (
            <button type="button" className="button strong" onClick={watch}>
              <Play aria-hidden="true" size={18} />
              Watch 20 seconds
            </button>
          )}
        </div>
      </div>
      <ol className="demo-steps">
        {steps.map((name, index) => (
          <li
            key={name}
            className={index < step ? "was" : index === step ? "is" : ""}
            aria-current={index === step ? "step" : undefined}
          >
            {index + 1} {name}
          </li>
        ))}
      </ol>
    </header>
  );
}

/** What happens now, in a sentence. */
function Narration({ director }: { readonly director: Director }) {
  const { said } = useStore(director.playing);
  return (
    <p className="demo-said" role="status">
      {said}
    </p>
  );
}
