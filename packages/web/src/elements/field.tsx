// A labelled input with its hint and its problem, tied together for those who do not see them.
import { type ComponentProps, type RefObject, useId } from "react";
import "./field.css";

interface FieldProps extends Omit<ComponentProps<"input">, "ref"> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
}

export function Field(allProps: FieldProps) {
  const { label, hint, problem, inputRef, className = "", ...props } = allProps;
  const id = useId();
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      <input
        dir="auto"
        autoComplete="off"
        {...props}
        ref={inputRef}
        id={id}
        aria-describedby={described || undefined}
        aria-invalid={problem ? true : undefined}
      />
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <p className="field-problem" id={`${id}-problem`} role="alert">
        {problem}
      </p>
    </div>
  );
}
