// The receipt: what the service states that it deleted, what nobody can delete, and what such a statement is worth. It is
// stamped because the client keeps no receipt whose signature it did not check.
import { type OwnerReceipt, receiptJson } from "@assent/client";
import { Check, Download, FileLock, MessageSquare, Share, Smartphone } from "lucide-react";
import { useId } from "react";
import { Button } from "../elements/button.tsx";
import { Mark } from "../elements/mark.tsx";
import { dateForFile, saveFile } from "../elements/save-file.ts";
import { Screen } from "../elements/screen.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { places } from "../places.ts";
import { useKeptReceipt } from "./kept-receipt.ts";
import "./receipt.css";

export default function Receipt() {
  const words = useWords();
  const receipt = useKeptReceipt();
  return (
    <Screen title={words.receiptTitle} backTo={places.list}>
      {receipt === undefined && <p role="status">{words.loading}</p>}
      {receipt === "none" && <p>{words.receiptNone}</p>}
      {typeof receipt === "object" && <Kept receipt={receipt} />}
    </Screen>
  );
}

function Kept({ receipt }: { readonly receipt: OwnerReceipt }) {
  const words = useWords();
  const file = fileOf(receipt);
  return (
    <div className="stack receipt-screen">
      <div className="receipt-lift">
        <Statement receipt={receipt} />
      </div>
      <ul className="receipt-notes">
        <li>
          <MessageSquare aria-hidden="true" size={20} />
          {words.receiptSmsNow}
        </li>
        <li>
          <Smartphone aria-hidden="true" size={20} />
          {words.receiptStays}
        </li>
        <li>
          <FileLock aria-hidden="true" size={20} />
          {words.receiptKept}
        </li>
      </ul>
      <div className="receipt-ways">
        {navigator.canShare?.({ files: [file] }) && (
          <Button look="soft" onClick={() => void share(file)}>
            <Share aria-hidden="true" size={20} />
            {words.receiptShare}
          </Button>
        )}
        <Button look="soft" onClick={() => void save(file)}>
          <Download aria-hidden="true" size={20} />
          {words.receiptDownload}
        </Button>
      </div>
    </div>
  );
}

function Statement({ receipt }: { readonly receipt: OwnerReceipt }) {
  const { words, exact } = useLanguage();
  const { statement, lastDigits } = receipt;
  const deleted: readonly [string, number][] = [
    [words.receiptRecords, statement.records],
    [words.receiptTags, statement.tags],
    [words.receiptDevices, statement.devices],
    [words.receiptKeyPackages, statement.keyPackages],
    [words.receiptEnvelopes, statement.envelopes],
  ];
  return (
    <article className="receipt">
      <header className="receipt-head">
        <p className="receipt-name">
          <Mark isOn={false} size="small" />
          {words.appName}
        </p>
        <Stamp />
        <h2>{words.receiptDeleted(exact(deletedAt(receipt)))}</h2>
        <p>{words.receiptNumber(lastDigits)}</p>
      </header>
      <dl className="receipt-counts">
        {deleted.map(([name, count]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      <div className="receipt-worth">
        <p>{words.receiptNotRecalled}</p>
        <p>{words.receiptSigned}</p>
        <p>{words.receiptProves}</p>
      </div>
    </article>
  );
}

/** What it says stands in words below as well. */
function Stamp() {
  const words = useWords();
  const path = useId();
  return (
    <svg className="receipt-stamp" viewBox="0 0 100 100" aria-hidden="true">
      <circle cx="50" cy="50" r="47" />
      <circle cx="50" cy="50" r="30" />
      <path
        id={path}
        className="receipt-stamp-line"
        d="M 50 50 m -36 0 a 36 36 0 1 1 72 0 a 36 36 0 1 1 -72 0"
      />
      <text direction="ltr">
        <textPath href={`#${path}`} textLength="212" lengthAdjust="spacing">
          {words.receiptStamp.toLocaleUpperCase()} ·
        </textPath>
      </text>
      <Check x={35} y={35} width={30} height={30} strokeWidth={3} />
    </svg>
  );
}

function deletedAt({ statement }: OwnerReceipt): Date {
  return new Date(Number(statement.deletedAtMs));
}

/** As `assent off --json` prints it. */
function fileOf(receipt: OwnerReceipt): File {
  const name = `assent-receipt-${dateForFile(deletedAt(receipt))}.json`;
  const text = `${JSON.stringify(receiptJson(receipt), undefined, 2)}\n`;
  return new File([text], name, { type: "application/json" });
}

async function save(file: File): Promise<void> {
  saveFile(file.name, file.type, [await file.text()]);
}

/** Closing the system's sheet without choosing is no failure. */
async function share(file: File): Promise<void> {
  await navigator.share({ files: [file] }).catch(() => undefined);
}
