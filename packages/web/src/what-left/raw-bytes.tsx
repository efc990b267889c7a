// Bytes as hexadecimal and as characters, eight a line. Only the lines in sight are in the page: there may be
// thousands.
import { useRef } from "react";
import { Virtualizer } from "virtua";
import { useWords } from "../language/language.ts";
import { dumpLine, dumpLines } from "./dump.ts";

export function RawBytes({ bytes }: { readonly bytes: Uint8Array }) {
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  return (
    <section
      className="raw-bytes"
      ref={scroller}
      aria-label={words.ledgerRaw}
      dir="ltr"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <Virtualizer scrollRef={scroller} data={dumpLines(bytes)}>
        {(offset) => <div key={offset}>{dumpLine(bytes, offset)}</div>}
      </Virtualizer>
    </section>
  );
}
