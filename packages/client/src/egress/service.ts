// What a service can be asked: its unary procedures and its static files.
import { AssentError } from "@assent/protocol";
import type { Egress } from "./egress.ts";
import type { Procedures } from "./procedures.ts";

const maxBucketBytes = 8_388_608;
const bucketFileType = "application/octet-stream";

/** What is asked over connections that do not say whose they are. */
export interface AnonymousService {
  readonly cell: Procedures["cell"];
  readonly directory: Pick<Procedures["directory"], "getRecord" | "takeKeyPackages">;
  /** A static file below /buckets/. @throws AssentError key_outdated where it is not there, unreachable */
  getBucketFile(path: string): Promise<Uint8Array>;
}

/** What is asked over connections that carry the account's keys, or the device's signature. */
export interface AccountService {
  readonly account: Procedures["account"];
  readonly registration: Procedures["registration"];
  readonly discovery: Procedures["discovery"];
  readonly directory: Pick<Procedures["directory"], "addKeyPackages">;
  readonly smsRelay: Procedures["smsRelay"];
}

/** Both, for whoever hands each to those that ask so. */
export type Service = AnonymousService & AccountService;

/** @param url of the cell, without a path. */
export function openService(egress: Egress, url: string): Service {
  let opened: Promise<Procedures> | undefined;
  const procedures = () => {
    opened ??= import("./procedures.ts").then(({ openProcedures }) => openProcedures(egress, url));
    return opened.catch((cause: unknown) => {
      // Code that could not be loaded now is asked for again by the next call.
      opened = undefined;
      throw new AssentError("unreachable", { cause });
    });
  };
  return {
    cell: called("cell", procedures),
    account: called("account", procedures),
    registration: called("registration", procedures),
    discovery: called("discovery", procedures),
    directory: called("directory", procedures),
    smsRelay: called("smsRelay", procedures),
    getBucketFile: async (path) => {
      const request = {
        method: "GET" as const,
        url: `${url}/buckets/${path}`,
        headers: {},
        body: new Uint8Array(),
      };
      const answer = await egress.http("anonymous", "get-buckets", request, maxBucketBytes);
      // Of an epoch that is over, or of an index that is.
      if (answer.status === 404) throw new AssentError("key_outdated");
      // Whatever else answers, such as a page that wants to be paid for the network, is not the service.
      const isFile = answer.headers["content-type"] === bucketFileType;
      if (answer.status !== 200 || !isFile) throw new AssentError("unreachable");
      return answer.body;
    },
  };
}

/** One service's procedures, each of which opens them when it is called. */
function called<N extends keyof Procedures>(
  name: N,
  procedures: () => Promise<Procedures>,
): Procedures[N] {
  type Call = (...args: unknown[]) => Promise<unknown>;
  return new Proxy({} as Procedures[N], {
    get: (_, procedure): Call => {
      return async (...args) => {
        const call = Reflect.get((await procedures())[name], procedure) as Call;
        return call(...args);
      };
    },
  });
}
