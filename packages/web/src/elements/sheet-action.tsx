// One thing that can be done, in a sheet that lists them.
import type { ReactNode } from "react";
import "./sheet.css";

interface SheetActionProps {
  readonly sign: ReactNode;
  /** It takes something away. */
  readonly isAlarming?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

export function SheetAction({ sign, isAlarming = false, onClick, children }: SheetActionProps) {
  return (
    <button
      type="button"
      className={isAlarming ? "sheet-action alarm" : "sheet-action"}
      onClick={onClick}
    >
      <span className="sheet-action-sign" aria-hidden="true">
        {sign}
      </span>
      {children}
    </button>
  );
}
