// A sheet over the screen that asks something: at the bottom on a phone, in the middle on a desktop. The question has
// the focus when it appears: no answer has it before the other. The browser keeps the focus in it, and gives it back.
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import "./sheet.css";

interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly children: ReactNode;
}

export function Sheet({ open, ...props }: SheetProps) {
  // What is in it is there only while it is asked for, and while it goes away.
  const [isThere, setThere] = useState(open);
  if (open && !isThere) setThere(true);
  if (!isThere) return null;
  return createPortal(
    <Dialog {...props} isOpen={open} onGone={() => setThere(false)} />,
    document.body,
  );
}

interface DialogProps extends Omit<SheetProps, "open"> {
  readonly isOpen: boolean;
  readonly onGone: () => void;
}

function Dialog({ isOpen, onClose, onGone, title, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where the sheet opens or closes
  useEffect(() => {
    if (isOpen) {
      dialog.current?.showModal();
      heading.current?.focus();
      return;
    }
    dialog.current?.close();
    onGone();
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same, as of any dialog
    <dialog
      className="sheet"
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // Its shade is the dialog itself; all else in it is within its body.
        if (event.target === dialog.current) onClose();
      }}
      // A press in a sheet is none in what it stands over.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className="sheet-body">
        <h2 className="sheet-title" id={id} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}
