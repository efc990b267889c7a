// Whether the service has ended, as it said before: nobody is looked up, and texts go by SMS.
import type { ProfileStatus } from "@assent/client";

export function hasServiceEnded({ serviceEnds }: Pick<ProfileStatus, "serviceEnds">): boolean {
  return serviceEnds !== undefined && serviceEnds.on.getTime() <= Date.now();
}
