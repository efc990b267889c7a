// The receipt: what the service states that it deleted, what nobody can delete, and what such a statement is worth.
import { type OwnerReceipt, receiptJson } from "@assent/client";
import { Check, Download, FileCheck } from "lucide-react";
import { Button } from "../elements/button.tsx";
import { dateForFile, saveFile } from "../elements/save-file.ts";
import { Screen } from "../elements/screen.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { places } from "../places.ts";
import { useKeptReceipt } from "./kept-receipt.ts";
import "./turn-off.css";

export default function Receipt() {
  const words = useWords();
  const receipt = useKeptReceipt();
  return (
    <Screen title={words.receiptTitle} backTo={places.list}>
      {receipt === undefined && <p role="status">{words.loading}</p>}
      {receipt === "none" && <p>{words.receiptNone}</p>}
      {typeof receipt === "object" && <Statement receipt={receipt} />}
    </Screen>
  );
}

function Statement({ receipt }: { readonly receipt: OwnerReceipt }) {
  const { words, exact } = useLanguage();
  const { statement, lastDigits } = receipt;
  const deleted = [
    words.receiptRecords(statement.records),
    words.receiptTags(statement.tags),
    words.receiptDevices(statement.devices),
    words.receiptKeyPackages(statement.keyPackages),
    words.receiptEnvelopes(statement.envelopes),
  ];
  return (
    <div className="stack">
      <article className="receipt">
        <FileCheck aria-hidden="true" size={32} />
        <h2>{words.receiptDeleted(exact(deletedAt(receipt)))}</h2>
        <p>{words.receiptNumber(lastDigits)}</p>
        <ul>
          {deleted.map((item) => (
            <li key={item}>
              <Check aria-hidden="true" size={18} />
              {item}
            </li>
          ))}
        </ul>
        <p className="hint">{words.receiptNotRecalled}</p>
        <p className="hint">{words.receiptSigned}</p>
        <p className="hint">{words.receiptProves}</p>
      </article>
      <Button onClick={() => save(receipt)}>
        <Download aria-hidden="true" size={18} />
        {words.receiptDownload}
      </Button>
    </div>
  );
}

function deletedAt({ statement }: OwnerReceipt): Date {
  return new Date(Number(statement.deletedAtMs));
}

/** As `assent off --json` prints it. */
function save(receipt: OwnerReceipt): void {
  const name = `assent-receipt-${dateForFile(deletedAt(receipt))}.json`;
  saveFile(name, "application/json", [JSON.stringify(receiptJson(receipt), undefined, 2), "\n"]);
}
