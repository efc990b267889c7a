// For tests only: a service that nobody has steered, and that does as it is told without doing it.
import type { Steered, Steering } from "./steering.ts";

export const unsteered: Steered = { registration: "open", invitations: [], origins: [], end: null };

export const pretendedSteering: Steering = {
  steered: async () => unsteered,
  setRegistration: async (registration) => ({ registration }),
  makeInvitations: async () => ({ invitations: [], expiresAt: "", origin: null }),
  countInvitations: async () => ({ invitations: [] }),
  withdrawInvitations: async () => ({ withdrawn: 0 }),
  setOrigins: async (origins) => ({ origins }),
  announceEnd: async (end) => ({ end }),
  withdrawEnd: async () => ({ end: null }),
};
