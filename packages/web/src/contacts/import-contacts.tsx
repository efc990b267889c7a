// Reads a vCard file into the address book of this device, and says what came of it.
import { FileUp } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../elements/button.tsx";
import { useWords } from "../language/language.ts";
import { codeOf } from "../phone/error-code.ts";
import { phone, usePhone } from "../phone/phone-state.ts";

interface ImportContactsProps {
  readonly label: string;
  readonly hint: string;
}

export function ImportContacts({ label, hint }: ImportContactsProps) {
  const words = useWords();
  const isOpen = usePhone(({ opening }) => opening === "open");
  const file = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState("");
  const read = async (chosen: File | undefined) => {
    if (!chosen) return;
    try {
      const bytes = new Uint8Array(await chosen.arrayBuffer());
      const { imported, skipped } = await phone.importContacts(bytes);
      const notUsed = skipped > 0 ? ` ${words.contactsSkipped(skipped)}` : "";
      setOutcome(words.contactsImported(imported) + notUsed);
    } catch (error) {
      setOutcome(words.errors[codeOf(error)]);
    }
  };
  return (
    <>
      <Button disabled={!isOpen} onClick={() => file.current?.click()}>
        <FileUp aria-hidden="true" size={18} />
        {label}
      </Button>
      <input
        ref={file}
        type="file"
        accept=".vcf,text/vcard"
        hidden
        onChange={({ target }) => {
          void read(target.files?.[0]);
          // The same file again is a change, too.
          target.value = "";
        }}
      />
      <p className="hint">{hint}</p>
      <p role="status">{outcome}</p>
    </>
  );
}
