// SmsRelayService on the wire. Checks lengths, calls one rule, replies.
import {
  AssentError,
  GetSmsStatesRequestSchema,
  limits,
  NameSmsRequestSchema,
  SendSmsRequestSchema,
  SmsRelayService,
  SmsState,
  sealedSmsPlaintextLength,
  sealOverhead,
  smsNameLength,
} from "@assent/protocol";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Devices } from "../accounts/devices.ts";
import { openCall } from "../accounts/signed-call.ts";
import { networkOf } from "../limits/network.ts";
import { peerOf } from "../peer.ts";
import { requireCount, requireLength } from "../request-fields.ts";
import type { RelayedState, SmsRelay } from "./relay.ts";

const sealedSmsLength = sealOverhead + sealedSmsPlaintextLength;
const { nameSms, sendSms, getSmsStates } = SmsRelayService.method;

const wireStates: Readonly<Record<RelayedState, SmsState>> = {
  accepted: SmsState.ACCEPTED,
  handed: SmsState.HANDED,
  delivered: SmsState.DELIVERED,
  failed: SmsState.FAILED,
  "not-known": SmsState.NOT_KNOWN,
  none: SmsState.NONE,
};

export function smsRelayEdge(parts: {
  readonly smsRelay: Pick<SmsRelay, "name" | "send" | "states">;
  readonly devices: Pick<Devices, "deviceOfRequest">;
}): ServiceImpl<typeof SmsRelayService> {
  const { smsRelay, devices } = parts;
  return {
    async nameSms({ request }) {
      const { device } = await openCall(devices, nameSms, request, NameSmsRequestSchema);
      return { name: await smsRelay.name(device) };
    },

    async sendSms({ request }, context) {
      const { device, body } = await openCall(devices, sendSms, request, SendSmsRequestSchema);
      const { sealingEpoch } = body;
      const state = await smsRelay.send(device, {
        name: requireLength(body.name, smsNameLength),
        sealingEpoch,
        sealedSms: requireLength(body.sealedSms, sealedSmsLength),
        network: networkOf(peerOf(context)),
      });
      return { state: wireStates[state] };
    },

    async getSmsStates({ request }) {
      const { device, body } = await openCall(
        devices,
        getSmsStates,
        request,
        GetSmsStatesRequestSchema,
      );
      if (body.names.length === 0) throw new AssentError("request_invalid");
      for (const name of requireCount(body.names, limits.smsStates)) {
        requireLength(name, smsNameLength);
      }
      const states = await smsRelay.states(device, body.names);
      return { states: states.map((state) => wireStates[state]) };
    },
  };
}
