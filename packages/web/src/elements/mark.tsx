// The mark: a switch that is a bubble, round with one tight corner where it speaks. Grey and off, or blue and on. Says
// nothing that the words beside it do not.
import { Lock } from "lucide-react";
import "./mark.css";

interface MarkProps {
  readonly isOn: boolean;
  readonly size?: "small" | "large";
  /** It goes on before one's eyes: once, where something was just turned on. */
  readonly goesOn?: boolean;
}

export function Mark({ isOn, size = "large", goesOn = false }: MarkProps) {
  const state = isOn ? "is-on" : "is-off";
  return (
    <span className={`mark ${size} ${state} ${goesOn ? "goes-on" : ""}`} aria-hidden="true">
      <span className="mark-knob">{isOn && size === "large" && <Lock strokeWidth={2.5} />}</span>
    </span>
  );
}
