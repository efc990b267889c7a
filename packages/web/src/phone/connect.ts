// Starts the phone's worker and hands over the calls to it.
import { callsOver } from "./calls.ts";
import type { Announcement, Phone } from "./phone.ts";
import workerUrl from "./phone.worker.ts?worker&url";
import { scriptUrl } from "./trusted-scripts.ts";

export interface ConnectedPhone {
  readonly phone: Phone;
  /** Rejects with AssentError profile_in_use, profile_unreadable, storage_failed. */
  open(takeOver: boolean): Promise<void>;
}

/** @param radio the demo's, where there is one. */
export function connectPhone(
  announced: (announcement: Announcement) => void,
  radio?: MessagePort,
): ConnectedPhone {
  const worker = new Worker(scriptUrl(workerUrl), { type: "module", name: "phone" });
  const calls = new MessageChannel();
  worker.postMessage("calls", [calls.port2]);
  const phone = callsOver<Phone>(calls.port1);
  if (radio) void phone.attachRadio(radio);
  return {
    phone,
    open: (takeOver) => {
      const announcements = new MessageChannel();
      announcements.port1.onmessage = ({ data }: MessageEvent<Announcement>) => announced(data);
      return phone.open(announcements.port2, takeOver);
    },
  };
}
