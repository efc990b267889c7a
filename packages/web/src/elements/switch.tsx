// A switch. Shows a state that is kept elsewhere; what a press leads to is for its owner to say.
import { Lock } from "lucide-react";
import { useWords } from "../language/language.ts";
import "./switch.css";

interface SwitchProps {
  readonly label: string;
  /** The id of what says more. */
  readonly describedBy?: string;
  readonly checked: boolean;
  /** It is not known yet whether it is on: it cannot be pressed. */
  readonly isUnknown?: boolean;
  /** Its knob says that what it switches is private. */
  readonly isOfPrivacy?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Switch(props: SwitchProps) {
  const { label, describedBy, checked, isUnknown = false, isOfPrivacy = false, onChange } = props;
  const words = useWords();
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-label={label}
      aria-describedby={describedBy}
      aria-checked={checked}
      disabled={isUnknown}
      onClick={() => onChange(!checked)}
    >
      <span className="switch-thumb">
        {isOfPrivacy && checked && <Lock aria-hidden="true" size={12} strokeWidth={2.5} />}
      </span>
      <span className="switch-state" aria-hidden="true">
        {!isUnknown && (checked ? words.on : words.off)}
      </span>
    </button>
  );
}
