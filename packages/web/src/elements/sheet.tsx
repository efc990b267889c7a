// A sheet over the screen that asks something: at the bottom on a phone, in the middle on a desktop. The question has
// the focus when it appears: no answer has it before the other. The browser's own dialog keeps the focus in it and
// gives it back.
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import "./sheet.css";

interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly children: ReactNode;
}

export function Sheet({ open, ...props }: SheetProps) {
  return open ? <OpenSheet {...props} /> : null;
}

function OpenSheet({ onClose, title, children }: Omit<SheetProps, "open">) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    heading.current?.focus();
    // Closing, rather than vanishing, gives the focus back to what opened it.
    return () => shown?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialog's own
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // Its content covers all of it: what is pressed beside that is the shade.
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className="sheet-content">
        <h2 className="sheet-title" id={titleId} ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}
