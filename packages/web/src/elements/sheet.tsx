// A sheet over the screen that asks something: at the bottom on a phone, in the middle on a desktop.
import { Dialog } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import "./sheet.css";

interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
}

export function Sheet({ open, onClose, title, children }: SheetProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="sheet-shade" />
        <Dialog.Popup className="sheet">
          <Dialog.Title className="sheet-title">{title}</Dialog.Title>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
