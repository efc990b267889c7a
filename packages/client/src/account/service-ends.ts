// *This service ends*, as the owner is told: the service signed it.
import type { ServiceEnd } from "@assent/protocol";

export interface ServiceEnds {
  /** The beginning of that day, in UTC: from then on nobody is looked up, and texts go by SMS. */
  readonly on: Date;
  /** Of whoever runs the service, in their words. */
  readonly message?: string;
}

export function serviceEndsOf({ atMs, message }: ServiceEnd): ServiceEnds {
  return { on: new Date(Number(atMs)), ...(message ? { message } : {}) };
}
