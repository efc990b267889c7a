// Reads a vCard file: what it would bring is shown first, and stored only when its owner says so.
import { FileUp } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { Button } from "../elements/button.tsx";
import { useWords } from "../language/language.ts";
import { codeOf } from "../phone/error-code.ts";
import type { ImportPreview } from "../phone/phone.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { FaultBoundary } from "../trouble/fault-boundary.tsx";

// Only who has chosen a file needs it.
const ImportSheet = lazy(() => import("./import-sheet.tsx"));

interface ImportContactsProps {
  readonly label: string;
  readonly hint: string;
}

export function ImportContacts({ label, hint }: ImportContactsProps) {
  const words = useWords();
  const isOpen = usePhone(({ opening }) => opening === "open");
  const file = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<{ vcards: Uint8Array; first: ImportPreview }>();
  const [outcome, setOutcome] = useState("");
  const read = async (chosen: File | undefined) => {
    if (!chosen) return;
    setOutcome("");
    try {
      const vcards = new Uint8Array(await chosen.arrayBuffer());
      setAsked({ vcards, first: await phone.previewImport(vcards) });
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
      <FaultBoundary place={asked ? "asked" : ""}>
        <Suspense>
          {asked && (
            <ImportSheet
              vcards={asked.vcards}
              first={asked.first}
              onClose={() => setAsked(undefined)}
              onImported={(count) => {
                setAsked(undefined);
                setOutcome(words.contactsImported(count));
              }}
            />
          )}
        </Suspense>
      </FaultBoundary>
    </>
  );
}
