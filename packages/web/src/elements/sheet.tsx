// A sheet over the screen that asks something: at the bottom on a phone, in the middle on a desktop. The question has
// the focus when it appears: no answer has it before the other.
import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, useRef } from "react";
import "./sheet.css";

interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
}

export function Sheet({ open, onClose, title, children }: SheetProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="sheet-shade" />
        <Dialog.Popup className="sheet" initialFocus={heading}>
          <Dialog.Title className="sheet-title" ref={heading} tabIndex={-1}>
            {title}
          </Dialog.Title>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
