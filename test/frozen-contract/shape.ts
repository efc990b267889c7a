// The shape of the contract: the number, type and kind of every field, enum value and call, and what is reserved. Words
// and comments are not part of it.
import {
  file_assent_v1_account,
  file_assent_v1_cell,
  file_assent_v1_content,
  file_assent_v1_directory,
  file_assent_v1_discovery,
  file_assent_v1_envelope,
  file_assent_v1_error,
  file_assent_v1_mailbox,
  file_assent_v1_push,
  file_assent_v1_registration,
  file_assent_v1_revoke,
  file_assent_v1_signed,
  file_assent_v1_sms_relay,
} from "@assent/protocol";
import { type DescField, type DescFile, type DescMessage, ScalarType } from "@bufbuild/protobuf";

/** Of a field: number, type, and what else it is: "repeated", "optional", or the oneof that it is of. */
export type FieldShape = [number, string] | [number, string, string];

export interface Shape {
  readonly messages: Readonly<Record<string, Readonly<Record<string, FieldShape>>>>;
  /** Numbers and names that a message may not use again. */
  readonly reserved: Readonly<Record<string, readonly string[]>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Path, request and answer. */
  readonly calls: Readonly<Record<string, readonly [string, string]>>;
}

/** Those of the contract, and what they import of it. */
export function contractFiles(): DescFile[] {
  const files = [
    file_assent_v1_account,
    file_assent_v1_cell,
    file_assent_v1_content,
    file_assent_v1_directory,
    file_assent_v1_discovery,
    file_assent_v1_envelope,
    file_assent_v1_error,
    file_assent_v1_mailbox,
    file_assent_v1_push,
    file_assent_v1_registration,
    file_assent_v1_revoke,
    file_assent_v1_signed,
    file_assent_v1_sms_relay,
  ];
  const imported = files.flatMap(({ dependencies }) => dependencies);
  const named = new Map([...files, ...imported].map((file) => [file.name, file]));
  return [...named.values()]
    .filter(({ name }) => name.startsWith("assent/"))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function shapeOf(files: readonly DescFile[]): Shape {
  const messages = files.flatMap((file) => file.messages.flatMap(withNested));
  const enums = [
    ...files.flatMap((file) => file.enums),
    ...messages.flatMap((message) => message.nestedEnums),
  ];
  const methods = files.flatMap(({ services }) => services).flatMap((service) => service.methods);
  return {
    messages: keyed(messages, ({ typeName, fields }) => [
      typeName,
      keyed(fields, (field) => [field.name, fieldShapeOf(field)]),
    ]),
    reserved: keyed(
      messages.filter((message) => reservedIn(message).length > 0),
      (message) => [message.typeName, reservedIn(message)],
    ),
    enums: keyed(enums, ({ typeName, values }) => [
      typeName,
      keyed(values, ({ name, number }) => [name, number]),
    ]),
    calls: keyed(methods, ({ parent, name, input, output }) => [
      `/${parent.typeName}/${name}`,
      [input.typeName, output.typeName] as const,
    ]),
  };
}

function withNested(message: DescMessage): DescMessage[] {
  return [message, ...message.nestedMessages.flatMap(withNested)];
}

function fieldShapeOf(field: DescField): FieldShape {
  const kind = kindOf(field);
  return kind === undefined ? [field.number, typeOf(field)] : [field.number, typeOf(field), kind];
}

function typeOf(field: DescField): string {
  if (field.message) return field.message.typeName;
  if (field.enum) return field.enum.typeName;
  return ScalarType[field.scalar as ScalarType].toLowerCase();
}

function kindOf(field: DescField): string | undefined {
  if (field.fieldKind === "list") return "repeated";
  if (field.fieldKind === "map") return `map by ${ScalarType[field.mapKey].toLowerCase()}`;
  if (field.oneof) return `oneof ${field.oneof.name}`;
  return field.proto.proto3Optional ? "optional" : undefined;
}

function reservedIn({ proto }: DescMessage): string[] {
  const ranges = proto.reservedRange.map(({ start, end }) => `${start} to ${end - 1}`);
  return [...ranges, ...proto.reservedName];
}

function keyed<T, Value>(
  all: readonly T[],
  entryOf: (one: T) => readonly [string, Value],
): Record<string, Value> {
  return Object.fromEntries(all.map(entryOf));
}
