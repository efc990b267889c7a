// The words of a text, with what can be tapped in them. Opening a link asks nothing and says not where one came from;
// nothing is fetched before that.
import { useMemo } from "react";
import { LongRuns } from "../elements/long-runs.tsx";
import { partsOf } from "./text-parts.ts";

export function TextWords({ text }: { readonly text: string }) {
  const parts = useMemo(() => partsOf(text), [text]);
  return parts.map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never change places
    if (part.kind === "words") return <LongRuns key={index} text={part.text} />;
    const isElsewhere = part.kind === "link";
    return (
      <a
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never change places
        key={index}
        className="bubble-link"
        // As all of them are read, whatever turns the words around it.
        dir="ltr"
        href={part.href}
        rel="noreferrer noopener"
        referrerPolicy="no-referrer"
        {...(isElsewhere ? { target: "_blank" } : {})}
      >
        <LongRuns text={part.text} />
      </a>
    );
  });
}
