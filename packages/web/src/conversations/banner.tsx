// Whether private messages are on, always in sight: a chip beside the title, which opens into a banner with the switch.
// Where there is something to say, and on the first day, the banner is open by itself. Switching asks: nothing is turned on
// or off by the switch itself. Until it is known, neither says anything, and the switch cannot be pressed.
import { CalendarX, CloudOff, Hand, Lock, LockOpen, MessageSquare } from "lucide-react";
import { useId, useState } from "react";
import { useLocation } from "wouter";
import { Button } from "../elements/button.tsx";
import { Switch } from "../elements/switch.tsx";
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import type { Standing } from "./standing.ts";
import "./banner.css";

const firstDayMs = 86_400_000;

export interface Folding {
  readonly isFolded: boolean;
  toggle(): void;
}

/** Folded to the chip where all is as it was yesterday; the owner's own choice holds until something changes. */
export function useFolding(standing: Standing | undefined): Folding {
  const givenAt = usePhone(({ status }) => status?.consent?.givenAt.getTime());
  const [choice, setChoice] = useState<{
    readonly of: Standing["kind"];
    readonly isFolded: boolean;
  }>();
  const isFirstDay = givenAt === undefined || Date.now() - givenAt < firstDayMs;
  const isChosen = standing !== undefined && choice?.of === standing.kind;
  const isFolded = isChosen ? choice.isFolded : standing?.kind === "on" && !isFirstDay;
  return {
    isFolded,
    toggle: () => standing && setChoice({ of: standing.kind, isFolded: !isFolded }),
  };
}

interface ChipProps {
  readonly standing: Standing | undefined;
  readonly folding: Folding;
  /** The id of the banner. */
  readonly controls: string;
}

export function Chip({ standing, folding, controls }: ChipProps) {
  const words = useWords();
  if (standing?.kind !== "on" && standing?.kind !== "off") return null;
  const isOn = standing.kind === "on";
  const Sign = isOn ? Lock : LockOpen;
  return (
    <button
      type="button"
      className={isOn ? "chip on" : "chip"}
      aria-expanded={!folding.isFolded}
      aria-controls={controls}
      onClick={folding.toggle}
    >
      <Sign aria-hidden="true" size={16} />
      {isOn ? words.chipOn : words.chipOff}
    </button>
  );
}

interface BannerProps {
  readonly id: string;
  readonly standing: Standing | undefined;
  readonly isFolded: boolean;
}

const signs = {
  verifying: MessageSquare,
  paused: Hand,
  ends: CalendarX,
  offline: CloudOff,
} as const;

export function Banner({ id, standing, isFolded }: BannerProps) {
  const words = useWords();
  const [, go] = useLocation();
  const textId = useId();
  const isOn = usePhone(({ status }) => status?.phase === "on");
  const kind = standing?.kind ?? "unknown";
  const Sign = kind in signs ? signs[kind as keyof typeof signs] : undefined;
  return (
    <div id={id} className="banner-fold" data-folded={isFolded} inert={isFolded}>
      <div className={`banner ${kind}`} role="status" aria-live="polite">
        {Sign && <Sign aria-hidden="true" />}
        <div className="banner-text" id={textId}>
          <p className="banner-title">{standing?.title}</p>
          <p className="hint">{standing?.hint}</p>
          {standing?.said && (
            <p className="hint" dir="auto">
              {standing.said}
            </p>
          )}
        </div>
        {kind === "verifying" || kind === "paused" ? (
          <Button className="banner-way" onClick={() => standing && go(standing.leadsTo)}>
            {kind === "paused" ? words.bannerRead : words.bannerAction}
          </Button>
        ) : (
          <Switch
            label={words.switchLabel}
            describedBy={textId}
            checked={isOn}
            isUnknown={standing === undefined}
            isOfPrivacy
            onChange={() => standing && go(standing.leadsTo)}
          />
        )}
      </div>
    </div>
  );
}
