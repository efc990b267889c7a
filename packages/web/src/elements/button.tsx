// Buttons, all of a size that fingers meet. What a button is for is in its looks: `strong` is the main thing to do,
// `equal` is one of two answers that weigh the same.
import type { ComponentProps, ReactNode } from "react";
import "./button.css";

type ButtonLook = "plain" | "strong" | "soft" | "equal" | "alarm" | "quiet";

interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: ButtonLook;
}

export function Button({ look = "plain", className = "", ...props }: ButtonProps) {
  return <button type="button" {...props} className={`button ${look} ${className}`} />;
}

interface IconButtonProps extends ComponentProps<"button"> {
  /** What it does: its accessible name. */
  readonly label: string;
  readonly children: ReactNode;
}

export function IconButton({ label, className = "", ...props }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...props}
      className={`icon-button ${className}`}
    />
  );
}
