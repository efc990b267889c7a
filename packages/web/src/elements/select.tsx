// A labelled list to choose one of, as the system draws it.
import { type ReactNode, useId } from "react";
import "./field.css";

interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
  /** `option` elements, of these values. */
  readonly children: ReactNode;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, value, onChoose, children } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChoose(event.currentTarget.value as Value)}
      >
        {children}
      </select>
    </div>
  );
}
