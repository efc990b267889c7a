// The frame of a screen: a heading with the way back, and what scrolls below it.
import { ChevronLeft } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { useLocation } from "wouter";
import { useWords } from "../language/language.ts";
import { IconButton } from "./button.tsx";
import "./screen.css";

interface ScreenProps {
  readonly title: string;
  /** Where the way back leads; none on screens that are a beginning. */
  readonly backTo?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A screen whose heading takes the focus when it appears, so that a screen reader says where one is. */
export function Screen({ title, backTo, actions, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <section className="screen" aria-label={title}>
      <header className="screen-head">
        {backTo !== undefined && <BackButton to={backTo} />}
        <h1 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h1>
        {actions}
      </header>
      <div className="screen-body">{children}</div>
    </section>
  );
}

export function BackButton({ to }: { readonly to: string }) {
  const words = useWords();
  const [, go] = useLocation();
  return (
    <IconButton label={words.back} className="back" onClick={() => go(to)}>
      <ChevronLeft aria-hidden="true" />
    </IconButton>
  );
}
