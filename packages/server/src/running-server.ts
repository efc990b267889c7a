// What whoever starts a cell in its own process hands in, and gets back.
import type { LogDestination } from "./log.ts";
import type { PushWay } from "./push/push.ts";
import type { Randomness } from "./randomness.ts";
import type { FakeSmsTransport } from "./sms/fake.ts";

export interface RunningServer {
  /** "http://127.0.0.1:8080" */
  readonly origin: string;
  /** Where figures are read, if they are told. */
  readonly metricsOrigin: string | undefined;
  /** Where the SMS are, with the fake transport. */
  readonly fakeSms: Pick<FakeSmsTransport, "messagesTo"> | undefined;
  /** Ends what is over, as timers do. */
  sweep(): Promise<void>;
  /** Ends every connection, makes everything durable, and resolves within five seconds. May be called twice. Rejects where the disk fails: `fatal` was told. */
  close(): Promise<void>;
}

export interface Dependencies {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds since the machine was started. */
  readonly uptimeMs?: () => number;
  readonly randomness?: Randomness;
  readonly logDestination?: LogDestination;
  /** The database grows to so many pages at most: a disk that is full, for tests. */
  readonly mostDatabasePages?: number;
  /** Joining and texts are refused while less than this is free: a disk that is nearly full, for tests. */
  readonly refusePutsBelowBytes?: number;
  /** Pushes go there: a push service of a test's own. */
  readonly pushWay?: PushWay;
  /** The service cannot go on. Ends the process unless said otherwise. */
  readonly fatal?: (error: unknown) => void;
}
