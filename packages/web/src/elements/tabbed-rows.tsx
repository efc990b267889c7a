// Many rows that Tab goes through, of which those in sight are in the page, and those beside the one with the focus: however
// fast the keys come, there is a next row to go to, and the focus stays where the reader is.
import { type FocusEvent, type ReactNode, useState } from "react";
import { type CustomItemComponentProps, Virtualizer } from "virtua";

interface TabbedRowsProps {
  /** Of what scrolls. */
  readonly className: string;
  /** One for each row. */
  readonly children: ReactNode;
}

export function TabbedRows({ className, children }: TabbedRowsProps) {
  const [kept, setKept] = useState<readonly number[]>([]);
  // React draws what a focus asks for before the next key is taken.
  const keepBeside = ({ target }: FocusEvent) => {
    const at = Number(target.closest("[data-row]")?.getAttribute("data-row"));
    setKept([at - 1, at, at + 1].filter((row) => row >= 0));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it does nothing, and looks where the focus is
    <div className={className} onFocus={keepBeside}>
      <Virtualizer as="ul" item={Row} keepMounted={kept}>
        {children}
      </Virtualizer>
    </div>
  );
}

function Row({ ref, style, index, children }: CustomItemComponentProps) {
  return (
    // A hidden one takes no focus, and it would be hidden until it is measured, some frames later.
    <li ref={ref} style={{ ...style, visibility: undefined }} data-row={index}>
      {children}
    </li>
  );
}
