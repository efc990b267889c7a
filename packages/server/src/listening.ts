// Where a listener cannot be opened: said by the settings that name its place, for whoever starts the service.
import { StartRefused } from "./start-refused.ts";

export interface Place {
  readonly host: string;
  readonly port: number;
  /** The settings. */
  readonly namedBy: string;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "nobody knows this name",
  EAI_AGAIN: "nobody could be asked for this name",
  EACCES: "this user may not listen there",
};

/** That a port is taken stays the system's error: of the service's own, the error table has words. */
export const portTaken = { EADDRINUSE: "another program listens there" };

/** @throws StartRefused where the place is not to be had */
export async function listening<Opened>(
  { host, port, namedBy }: Place,
  open: () => Promise<Opened>,
  known: Readonly<Record<string, string>> = {},
): Promise<Opened> {
  try {
    return await open();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const reason = { ...reasons, ...known }[code];
    if (reason === undefined) throw cause;
    throw new StartRefused(`No listening on ${host}, port ${port}: ${reason}. See ${namedBy}.`, {
      cause,
    });
  }
}
