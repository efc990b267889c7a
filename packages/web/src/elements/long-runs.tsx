// A text that somebody else wrote, laid out in a time that grows with its length alone. What is copied is the text as it is.
import { Fragment, useMemo } from "react";
import { runsOf } from "./runs-of.ts";

export function LongRuns({ text }: { readonly text: string }) {
  const pieces = useMemo(() => runsOf(text), [text]);
  if (pieces.length === 1) return text;
  return pieces.map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never change places
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {piece}
    </Fragment>
  ));
}
