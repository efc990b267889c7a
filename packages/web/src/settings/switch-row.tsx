// A setting that is on or off, with what it means.
import { type ReactNode, useId } from "react";
import { Switch } from "../elements/switch.tsx";

interface SwitchRowProps {
  readonly name: string;
  readonly hint: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function SwitchRow({ name, hint, checked, onChange }: SwitchRowProps) {
  const id = useId();
  return (
    <div className="settings-row">
      <div>
        <p className="settings-name">{name}</p>
        <p className="hint" id={id}>
          {hint}
        </p>
      </div>
      <Switch label={name} describedBy={id} checked={checked} onChange={onChange} />
    </div>
  );
}
