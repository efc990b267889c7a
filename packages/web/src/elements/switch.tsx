// A switch. Shows a state that is kept elsewhere; what a press leads to is for its owner to say.
import { Switch as BaseSwitch } from "@base-ui/react/switch";
import { useWords } from "../language/language.ts";
import "./switch.css";

interface SwitchProps {
  readonly label: string;
  /** The id of what says more. */
  readonly describedBy?: string;
  readonly checked: boolean;
  /** It is not known yet whether it is on: it cannot be pressed. */
  readonly isUnknown?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Switch({ label, describedBy, checked, isUnknown = false, onChange }: SwitchProps) {
  const words = useWords();
  return (
    <BaseSwitch.Root
      className="switch"
      aria-label={label}
      aria-describedby={describedBy}
      checked={checked}
      disabled={isUnknown}
      onCheckedChange={onChange}
    >
      <BaseSwitch.Thumb className="switch-thumb" />
      <span className="switch-state" aria-hidden="true">
        {!isUnknown && (checked ? words.on : words.off)}
      </span>
    </BaseSwitch.Root>
  );
}
