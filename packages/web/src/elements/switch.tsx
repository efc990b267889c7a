// A switch. Shows a state that is kept elsewhere; what a press leads to is for its owner to say.
import { Switch as BaseSwitch } from "@base-ui/react/switch";
import { useWords } from "../language/language.ts";
import "./switch.css";

interface SwitchProps {
  readonly label: string;
  /** The id of what says more. */
  readonly describedBy?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Switch({ label, describedBy, checked, onChange }: SwitchProps) {
  const words = useWords();
  return (
    <BaseSwitch.Root
      className="switch"
      aria-label={label}
      aria-describedby={describedBy}
      checked={checked}
      onCheckedChange={onChange}
    >
      <BaseSwitch.Thumb className="switch-thumb" />
      <span className="switch-state" aria-hidden="true">
        {checked ? words.on : words.off}
      </span>
    </BaseSwitch.Root>
  );
}
