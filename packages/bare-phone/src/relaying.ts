// SMS that the service sends for the phone: a name first, then the sealed text under it, and what became of it.
import {
  currentKey,
  GetSmsStatesRequestSchema,
  NameSmsRequestSchema,
  type PhoneNumber,
  SendSmsRequestSchema,
  type SmsState,
  sealSms,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { type Phone, signedCall } from "./phone.ts";

export async function nameSms(phone: Phone): Promise<Uint8Array> {
  const body = toBinary(NameSmsRequestSchema, create(NameSmsRequestSchema));
  const request = await signedCall(phone, "SmsRelayService/NameSms", body);
  return (await phone.smsRelay.nameSms({ request })).name;
}

export interface SmsToSend {
  readonly to: string;
  readonly text: string;
  /** Where it is not the phone's own number. */
  readonly from?: string;
}

export async function sendSms(phone: Phone, name: Uint8Array, sms: SmsToSend): Promise<SmsState> {
  const fields = create(SendSmsRequestSchema, await sealedSmsOf(phone, name, sms));
  const body = toBinary(SendSmsRequestSchema, fields);
  const request = await signedCall(phone, "SmsRelayService/SendSms", body);
  return (await phone.smsRelay.sendSms({ request })).state;
}

/** The fields of a SendSmsRequest. */
export async function sealedSmsOf(
  phone: Phone,
  name: Uint8Array,
  { to, text, from = phone.number }: SmsToSend,
) {
  const key = currentKey(phone.parameters.sealingKeys);
  if (!key) throw new Error("no sealing key");
  const sms = { from: from as PhoneNumber, to: to as PhoneNumber, text };
  const bound = { cellId: phone.cellId, deviceId: phone.device.id, name };
  const sealedSms = await sealSms(key.publicKey, sms, bound);
  return { name, sealingEpoch: key.epoch, sealedSms };
}

export async function smsStates(phone: Phone, names: Uint8Array[]): Promise<SmsState[]> {
  const body = toBinary(GetSmsStatesRequestSchema, create(GetSmsStatesRequestSchema, { names }));
  const request = await signedCall(phone, "SmsRelayService/GetSmsStates", body);
  return (await phone.smsRelay.getSmsStates({ request })).states;
}
