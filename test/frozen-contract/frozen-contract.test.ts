// The contract as it is frozen in test/vectors/contract-v1: what changes a byte of it fails here. Each check is also shown
// a changed byte, and must see it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  clearField,
  clone,
  createFileRegistry,
  type DescFile,
  type JsonValue,
} from "@bufbuild/protobuf";
import {
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { givenByFile } from "./given.ts";
import { isKept, madeOf, makeVectors } from "./make-vectors.ts";
import { sealAnew } from "./seals.ts";
import { contractFiles, shapeOf } from "./shape.ts";
import { frozenCellId, openedStatements, signedStatements } from "./statements.ts";
import type { Vector } from "./vector.ts";

const frozen = (path: string) =>
  JSON.parse(readFileSync(new URL(`../vectors/${path}`, import.meta.url), "utf8"));
const files = [...Object.keys(givenByFile), "seals"];
const vectorsOf = (file: string): Vector[] => frozen(`contract-v1/${file}.json`);

for (const file of files) {
  describe(`${file}.json`, () => {
    const vectors = vectorsOf(file);

    for (const vector of vectors) {
      test(`${vector.name}: gives what it gave, and with any value changed it does not`, async () => {
        assert.deepEqual(await madeOf(vector), vector);
        const changes = changesOf(vector);
        assert.ok(changes.length > 0);
        for (const { where, changed } of changes)
          assert.equal(await isKept(changed), false, `${where} was changed and nothing saw it`);
      });
    }
  });
}

test("all that is made is frozen, and nothing else", async () => {
  const made = await makeVectors(vectorsOf("seals"));
  assert.deepEqual(Object.keys(made).length, files.length + 2);
  for (const [path, value] of Object.entries(made))
    assert.deepEqual(JSON.parse(JSON.stringify(value)), frozen(path), path);
});

test("what is sealed anew opens as what is frozen, in other bytes", async () => {
  const anew = await sealAnew();
  for (const [index, vector] of vectorsOf("seals").entries()) {
    const made = await madeOf(anew[index] ?? assert.fail());
    assert.deepEqual(made.gives, vector.gives, vector.name);
    assert.notDeepEqual(made.given, vector.given, vector.name);
  }
});

test("seals that no longer open as they did are not kept", async () => {
  const [first, ...others] = vectorsOf("seals");
  const damaged = { ...(first as Vector), gives: { plaintext: "00" } };
  const made = await makeVectors([damaged, ...others]);
  const seals = made["contract-v1/seals.json"] as Vector[];
  assert.deepEqual(seals[0]?.gives, first?.gives);
  assert.notDeepEqual(seals[1]?.given, others[0]?.given);
});

describe("the frozen statements", () => {
  const vectors = vectorsOf("statements");
  const signed = signedStatements(vectors);
  const cellId = frozenCellId(vectors);

  test("all open to a client that has pinned the cell", async () => {
    const outcomes = Object.values(await openedStatements(signed, cellId));
    assert.equal(outcomes.length, 7);
    assert.ok(outcomes.every((isOpen) => isOpen));
  });

  test("with any byte of one changed, that one does not open", async () => {
    for (const label of Object.keys(signed) as (keyof typeof signed)[]) {
      for (const part of ["encoded", "signature"] as const) {
        for (const at of placesIn(signed[label][part].length)) {
          const bytes = signed[label][part].slice();
          bytes[at] = (bytes[at] as number) ^ 1;
          const changed = { ...signed, [label]: { ...signed[label], [part]: bytes } };
          const outcomes = await openedStatements(changed, cellId);
          assert.equal(outcomes[label], false, `${label}, byte ${at} of ${part}`);
        }
      }
    }
  });

  test("none that the cell signed opens to a client of another cell", async () => {
    const other = cellId.slice() as typeof cellId;
    other[0] = (other[0] as number) ^ 1;
    const { consent, manifest, ...ofTheCell } = await openedStatements(signed, other);
    assert.ok(consent && manifest);
    assert.ok(Object.values(ofTheCell).every((isOpen) => !isOpen));
  });
});

describe("the shape of the messages", () => {
  const shape = frozen("contract-v1/shape.json");

  test("is as it is frozen", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(shapeOf(contractFiles()))), shape);
    assert.ok(Object.keys(shape.messages).length > 70);
    assert.deepEqual(shape.messages["assent.v1.Put"].quiet, [6, "bool"]);
    assert.deepEqual(shape.messages["assent.v1.Content"].text, [
      16,
      "assent.v1.Text",
      "oneof body",
    ]);
  });

  const { oneofIndex } = FieldDescriptorProtoSchema.field;
  const ofField = (name: string, change: (field: FieldDescriptorProto) => void) => {
    return (file: FileDescriptorProto) => changeField(file, name, change);
  };
  const changes: Record<string, (mailbox: FileDescriptorProto) => void> = {
    "a field renumbered": ofField("quiet", (field) => Object.assign(field, { number: 60 })),
    "a field retyped": ofField("quiet", (field) => Object.assign(field, { type: 13 })),
    "a field renamed": ofField("quiet", (field) => Object.assign(field, { name: "silent" })),
    "a field repeated": ofField("quiet", (field) => Object.assign(field, { label: 3 })),
    "a field out of its oneof": ofField("challenge", (field) => clearField(field, oneofIndex)),
    "a field gone": (file) => void file.messageType[2]?.field.pop(),
    "a message gone": (file) => void file.messageType.shift(),
    "a name reserved": (file) => void file.messageType[2]?.reservedName.push("loud"),
    "a value renumbered": (file) =>
      void Object.assign(file.enumType[0]?.value.at(-1) ?? {}, { number: 99 }),
  };
  for (const [what, change] of Object.entries(changes)) {
    test(`is another with ${what}`, () => {
      assert.notDeepEqual(shapeOf(withChanged("assent/v1/mailbox", change)), shape);
    });
  }

  test("is the same when it is built again without a change", () => {
    const again = shapeOf(withChanged("assent/v1/mailbox", () => undefined));
    assert.deepEqual(JSON.parse(JSON.stringify(again)), shape);
  });

  test("is another with a call gone", () => {
    const cut = withChanged("assent/v1/discovery", (file) => void file.service[0]?.method.pop());
    assert.notDeepEqual(shapeOf(cut), shape);
  });
});

test("what is frozen is replaced only on purpose", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "assent-frozen-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const script = fileURLToPath(new URL("../../scripts/freeze-contract.mjs", import.meta.url));
  const freeze = (...args: string[]) =>
    spawnSync(process.execPath, [script, "--into", folder, ...args], { encoding: "utf8" });
  const numbers = join(folder, "contract-v1/numbers.json");

  const first = freeze();
  assert.deepEqual([first.status, first.stderr], [0, ""]);
  const made = readFileSync(numbers, "utf8");
  assert.deepEqual(JSON.parse(made), vectorsOf("numbers"));
  const again = freeze();
  assert.deepEqual([again.status, again.stdout, again.stderr], [0, "", ""]);

  writeFileSync(numbers, "[]\n");
  const refused = freeze();
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /numbers\.json is frozen and would change/);
  assert.equal(readFileSync(numbers, "utf8"), "[]\n");
  assert.equal(freeze("--write").status, 0);
  assert.equal(readFileSync(numbers, "utf8"), made);
});

/** A vector with one value of what is given, or of what it gives, changed; each in its turn. */
function changesOf(vector: Vector): { where: string; changed: Vector }[] {
  return (["given", "gives"] as const).flatMap((side) =>
    changedValues(vector[side] as JsonValue).map(({ where, changed }) => ({
      where: `${side}${where}`,
      changed: { ...vector, [side]: changed },
    })),
  );
}

function changedValues(value: JsonValue): { where: string; changed: JsonValue }[] {
  if (Array.isArray(value))
    return value.flatMap((each, index) =>
      changedValues(each).map(({ where, changed }) => ({
        where: `[${index}]${where}`,
        changed: value.with(index, changed),
      })),
    );
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, each]) =>
      changedValues(each).map(({ where, changed }) => ({
        where: `.${key}${where}`,
        changed: { ...value, [key]: changed },
      })),
    );
  return otherThan(value).map((changed) => ({ where: "", changed }));
}

function otherThan(value: string | number | boolean | null): JsonValue[] {
  if (value === null) return ["00"];
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [value + 1];
  if (value === "") return ["00"];
  return placesIn(value.length).map((at) => {
    const character = value[at] as string;
    const other = { "0": "1", a: "b" }[character] ?? (/[0-9]/.test(character) ? "0" : "a");
    return value.slice(0, at) + other + value.slice(at + 1);
  });
}

/** The first, the middle and the last. */
function placesIn(length: number): number[] {
  return [...new Set([0, length >> 1, length - 1])];
}

/** The contract's files, with one of them changed and built again. */
function withChanged(name: string, change: (file: FileDescriptorProto) => void): DescFile[] {
  const files = contractFiles();
  return files.map((file) => {
    if (file.name !== name) return file;
    const proto = clone(FileDescriptorProtoSchema, file.proto);
    change(proto);
    const imported = (path: string) => files.find((other) => `${other.name}.proto` === path);
    return createFileRegistry(proto, imported).getFile(proto.name) ?? assert.fail();
  });
}

function changeField(
  file: FileDescriptorProto,
  name: string,
  change: (field: FieldDescriptorProto) => void,
): void {
  const named = file.messageType.flatMap(({ field }) => field).filter((one) => one.name === name);
  assert.ok(named.length > 0);
  for (const field of named) change(field);
}
