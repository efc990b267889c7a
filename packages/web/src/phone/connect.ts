// Hands over the calls to the phone in its worker.
import { AssentError } from "@assent/protocol";
import { browserPush } from "./browser-push.ts";
import { answerCalls, callsOver } from "./calls.ts";
import type { Announcement, FirstScreen, Phone } from "./phone.ts";
import type { StartedWorker } from "./worker-start.ts";

export interface ConnectedPhone {
  readonly phone: Phone;
  /** Rejects with AssentError profile_in_use, profile_unreadable, storage_failed; internal where its code is missing. */
  open(takeOver: boolean): Promise<FirstScreen>;
}

/** @param radio the demo's, where there is one. */
export function connectPhone(
  { worker, died }: StartedWorker,
  announced: (announcement: Announcement) => void,
  radio?: MessagePort,
): ConnectedPhone {
  const failed = died.then(() => Promise.reject(new AssentError("internal")));
  const calls = new MessageChannel();
  worker.postMessage("calls", [calls.port2]);
  const phone = callsOver<Phone>(calls.port1);
  if (radio) void phone.attachRadio(radio);
  const pushes = new MessageChannel();
  answerCalls(pushes.port1, browserPush);
  void phone.attachPush(pushes.port2);
  return {
    phone,
    open: (takeOver) => {
      const announcements = new MessageChannel();
      announcements.port1.onmessage = ({ data }: MessageEvent<Announcement>) => announced(data);
      return Promise.race([phone.open(announcements.port2, takeOver), failed]);
    },
  };
}
