// For tests only: a service that nobody has steered, and that does as it is told without doing it.
import type { Desk } from "./desk.ts";
import type { Draining } from "./draining.ts";
import type { Steered, Steering } from "./steering.ts";

export const unsteered: Steered = {
  registration: "open",
  invitations: [],
  origins: [],
  smsRelay: "off",
  end: null,
};

export const pretendedSteering: Steering = {
  steered: async () => unsteered,
  setRegistration: async (registration) => ({ registration }),
  makeInvitations: async () => ({ invitations: [], expiresAt: "", origin: null }),
  countInvitations: async () => ({ invitations: [] }),
  withdrawInvitations: async () => ({ withdrawn: 0 }),
  setOrigins: async (origins) => ({ origins }),
  setSmsRelay: async (smsRelay) => ({ smsRelay }),
  announceEnd: async (end) => ({ end }),
  withdrawEnd: async () => ({ end: null }),
};

export const pretendedDesk: Desk = {
  sendCodeToLeave: async () => ({ session: "00", codeExpiresInSeconds: 600 }),
  leave: async () => ({ ended: false }),
  addNever: async () => ({ added: true }),
  removeNever: async () => ({ removed: false }),
  countNever: async () => ({ numbers: 0 }),
};

export const pretendedDraining: Pick<Draining, "drain" | "undrain" | "isDrained"> = {
  isDrained: () => false,
  drain: async () => ({ drained: true }),
  undrain: async () => ({ drained: false }),
};
