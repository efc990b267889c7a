// A setting that is one of a few: a radio button each.
import { type ReactNode, useId } from "react";

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly values: readonly Value[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
  readonly nameOf: (value: Value) => ReactNode;
}

export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, values, chosen, onChoose, nameOf } = props;
  const group = useId();
  return (
    <fieldset className="choice" aria-label={label}>
      {values.map((value) => (
        <label key={value} className="settings-row">
          <input
            type="radio"
            name={group}
            checked={value === chosen}
            onChange={() => onChoose(value)}
          />
          {nameOf(value)}
        </label>
      ))}
    </fieldset>
  );
}
