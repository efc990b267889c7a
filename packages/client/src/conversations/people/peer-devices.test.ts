// The devices of somebody's manifest: all of them, with what is known of each, and what a group must have of them.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { PeerDevice, Person } from "../../store/records.ts";
import {
  addressed,
  type ConversingForTests,
  conversing,
  day,
  personOf,
} from "../conversing-for-tests.ts";
import {
  isComplete,
  isUnanswered,
  namedPeers,
  withAddress,
  withoutAddress,
} from "./peer-devices.ts";
import { manifestOf } from "./person.ts";

const nowMs = 1_800_000_000_000;
let on: ConversingForTests;
let ben: Person;
let device: PeerDevice;

beforeEach(async () => {
  on = await conversing();
  ben = personOf(on.friend);
  [device] = ben.devices as [PeerDevice];
});

const full = (capability: number, expiresAtMs = 0) => ({
  deviceId: device.deviceId,
  capability: new Uint8Array(80).fill(capability),
  envelopeKey: new Uint8Array(32).fill(capability),
  expiresAtMs: BigInt(expiresAtMs),
  provisional: false,
});

test("somebody has answered once any of their devices gave an address of its own", () => {
  const provisional = addressed(ben, { provisional: true });
  assert.equal(isUnanswered(undefined), true);
  assert.equal(isUnanswered(ben), true);
  assert.equal(isUnanswered(provisional), true);
  const [answered] = addressed(ben).devices as [PeerDevice];
  assert.equal(isUnanswered({ ...ben, devices: [...provisional.devices, answered] }), false);
});

test("an address is its device's alone, and a provisional one is in no place of a full one that holds", () => {
  const other = { ...device, deviceId: new Uint8Array(32).fill(9) };
  const given = withAddress([device, other], full(1, nowMs + 1), nowMs);
  assert.deepEqual(given, [{ ...device, ...full(1, nowMs + 1) }, other]);
  const provisional = { ...full(2), provisional: true };
  assert.deepEqual(withAddress(given, provisional, nowMs), given);
  assert.equal(withAddress(given, provisional, nowMs + 1)[0]?.capability[0], 2);
  assert.equal(withAddress(given, full(3), nowMs)[0]?.capability[0], 3);
});

test("what is known of a device stays where the next manifest names it, and no other is there", () => {
  const known = [...addressed(ben).devices, { ...device, deviceId: new Uint8Array(32).fill(9) }];
  assert.deepEqual(namedPeers(manifestOf(ben), known), addressed(ben).devices);
  assert.deepEqual(addressed(ben).devices.map(withoutAddress), ben.devices);
});

test("a group is complete with all devices of both and nobody else; one that offers nothing is waited for no longer than a day", () => {
  const own = on.self.device.deviceId;
  const third = new Uint8Array(32).fill(9);
  const tablet = { ...device, deviceId: third };
  const [phone] = addressed(ben).devices as [PeerDevice];
  const is = (devices: PeerDevice[], ...members: Uint8Array[]) => {
    const person = { ...ben, devices };
    return isComplete(on.self, person, { members: [own, ...members], ownDevices: [] }, nowMs);
  };
  assert.equal(is([phone], device.deviceId), true);
  assert.equal(is([phone]), false);
  assert.equal(is([device], device.deviceId), false);
  assert.equal(is([phone], device.deviceId, third), false);
  assert.equal(is([phone, { ...phone, deviceId: third }], device.deviceId, third), true);
  assert.equal(is([phone, { ...phone, deviceId: third }], device.deviceId), false);
  const asked = (atMs: number) => ({ ...tablet, offeredNothingAtMs: BigInt(atMs) });
  assert.equal(is([phone, tablet], device.deviceId), false);
  assert.equal(is([phone, asked(nowMs - day + 1)], device.deviceId), true);
  assert.equal(is([phone, asked(nowMs - day)], device.deviceId), false);
  assert.equal(is([{ ...device, offeredNothingAtMs: BigInt(nowMs) }]), false);
});
