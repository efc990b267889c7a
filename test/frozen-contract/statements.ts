// Statements that are signed: from their fields to bytes and signature, and what opens them together.
import {
  AccountEndingSchema,
  bytesFromHex,
  type CellId,
  CertificateSchema,
  ClaimSchema,
  ConsentStatementSchema,
  cellIdOf,
  DeletionReceiptSchema,
  hex,
  type Label,
  ManifestSchema,
  openAccountEnding,
  openCell,
  openCertificate,
  openCertifiedClaim,
  openConsent,
  openDeletionReceipt,
  openManifest,
  openStatement,
  ParametersSchema,
  type SignedBytes,
  signingKeyPair,
  signStatement,
} from "@assent/protocol";
import { fromJson, type Message, toJson } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { opened, type Values, type Vector } from "./vector.ts";

/** Labels of statements, and the message that each signs. */
const statementSchemas = {
  certificate: CertificateSchema,
  parameters: ParametersSchema,
  consent: ConsentStatementSchema,
  claim: ClaimSchema,
  manifest: ManifestSchema,
  deletion: DeletionReceiptSchema,
  ending: AccountEndingSchema,
} as const satisfies Partial<Record<Label, unknown>>;

export type StatementLabel = keyof typeof statementSchemas;

function isStatementLabel(text: unknown): text is StatementLabel {
  return Object.hasOwn(statementSchemas, String(text));
}

/** Fields → bytes → signature, and back to the same fields. */
export async function statementGiven({ label, signerSeed, fields }: Values): Promise<Values> {
  if (!isStatementLabel(label)) throw new TypeError("no statement has this label");
  const schema = statementSchemas[label] as GenMessage<Message>;
  const signer = signingKeyPair(bytesFromHex(String(signerSeed)));
  const statement = fromJson(schema, opened(fields));
  const signed = await signStatement(signer.privateKey, label, schema, statement);
  const read = opened(await openStatement(label, schema, signed, () => signer.publicKey));
  if (JSON.stringify(toJson(schema, read)) !== JSON.stringify(fields)) {
    throw new Error("it does not open as it was signed");
  }
  const { encoded, signature } = signed;
  return { publicKey: hex(signer.publicKey), encoded: hex(encoded), signature: hex(signature) };
}

export type SignedStatements = Readonly<Record<StatementLabel, SignedBytes>>;

/** What is frozen of each, as it would come over the wire. */
export function signedStatements(vectors: readonly Vector[]): SignedStatements {
  const entries = vectors
    .filter(({ rule }) => rule === "statement")
    .map(({ given, gives }) => {
      const encoded = bytesFromHex(String(gives["encoded"]));
      return [
        String(given["label"]),
        { encoded, signature: bytesFromHex(String(gives["signature"])) },
      ];
    });
  return Object.fromEntries(entries) as SignedStatements;
}

/** Which of them a client that has pinned the cell opens, in the way it opens each. */
export async function openedStatements(
  signed: SignedStatements,
  cellId: CellId,
): Promise<Record<StatementLabel, boolean>> {
  const { certificate, parameters, claim, deletion: receipt, ending } = signed;
  const known = { id: cellId, certificateNumber: 1 };
  const outcomes = {
    certificate: await openCertificate(certificate, cellId),
    parameters: await openCell({ parameters, certificate }, { ...known, sequence: 0n }),
    consent: await openConsent(signed.consent),
    claim: await openCertifiedClaim(known, { claim, certificate }),
    manifest: await openManifest(signed.manifest),
    deletion: await openDeletionReceipt(cellId, { receipt, certificate }),
    ending: await openAccountEnding(cellId, { ending, certificate }),
  };
  const isOpen = Object.entries(outcomes).map(([label, outcome]) => [label, outcome !== undefined]);
  return Object.fromEntries(isOpen);
}

/** Of the cell whose certificate is frozen. */
export function frozenCellId(vectors: readonly Vector[]): CellId {
  const { gives } = opened(
    vectors.find(({ rule, given }) => rule === "statement" && given["label"] === "certificate"),
  );
  return cellIdOf(bytesFromHex(String(gives["publicKey"])));
}
