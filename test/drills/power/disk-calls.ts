// Of a trace, what happens to the files of one folder.
import { bytesIn, descriptorIn, stringsIn, type Trace, type TracedCall } from "./trace.ts";

export type DiskChange =
  /** syncs: durable when it ends. */
  | {
      readonly kind: "write";
      readonly path: string;
      /** Undefined behind the end. */
      readonly at: number | undefined;
      readonly bytes: Buffer;
      readonly syncs: boolean;
    }
  | { readonly kind: "truncate"; readonly path: string; readonly length: number }
  | { readonly kind: "sync"; readonly path: string }
  | { readonly kind: "create"; readonly path: string; readonly empties: boolean }
  | { readonly kind: "make-folder"; readonly path: string }
  /** link: it has both names. */
  | { readonly kind: "rename" | "link"; readonly path: string; readonly to: string }
  | { readonly kind: "remove"; readonly path: string };

export interface DiskCall {
  readonly change: DiskChange;
  readonly began: number;
  readonly ended: number | undefined;
}

/** @throws where it met a change that it does not follow */
export function diskCallsIn({ calls }: Trace, folder: string): DiskCall[] {
  const synced = new Map<number, string>();
  const inside = (path: string | undefined) =>
    path?.startsWith(`${folder}/`) || path === folder ? path : undefined;
  return calls.flatMap((call): DiskCall[] => {
    if (call.returned < 0) return [];
    const change = changeOf(call, inside, synced);
    // The folder itself is where it is: what its parent keeps is not the drill's.
    if (change?.kind === "make-folder" && change.path === folder) return [];
    if (!change) return [];
    // What a process wrote while it was killed is there for the next one, whose sync makes it durable.
    const ended = call.ended ?? (change.kind === "write" ? call.diedAt : undefined);
    return [{ change, began: call.began, ended }];
  });
}

type Inside = (path: string | undefined) => string | undefined;

function changeOf(call: TracedCall, inside: Inside, synced: Map<number, string>) {
  const { name, args } = call;
  switch (name) {
    case "openat":
    case "creat":
      return openedBy(call, inside, synced);
    case "write":
    case "writev":
    case "pwrite64":
    case "pwritev":
    case "pwritev2":
      return writtenBy(call, inside, synced);
    case "fsync":
    case "fdatasync":
      return about(inside(descriptorIn(args)?.is), (path) => ({ kind: "sync", path }));
    case "ftruncate":
      return about(inside(descriptorIn(args)?.is), (path) => ({
        kind: "truncate",
        path,
        length: Number(/, (\d+)$/.exec(args)?.[1]),
      }));
    case "mkdir":
    case "mkdirat":
      return about(inside(stringsIn(args)[0]), (path) => ({ kind: "make-folder", path }));
    case "unlink":
    case "unlinkat":
      return about(inside(stringsIn(args)[0]), (path) => ({ kind: "remove", path }));
    case "rename":
    case "renameat":
    case "renameat2": {
      const [from, to = ""] = stringsIn(args);
      return about(inside(from), (path) => ({ kind: "rename", path, to }));
    }
    case "link":
    case "linkat": {
      const [from, to = ""] = stringsIn(args);
      return about(inside(from), (path) => ({ kind: "link", path, to }));
    }
    default:
      // Another way to change the folder than those above: then the record would not be the whole truth.
      if (isAbout(args, inside)) throw new Error(`the drill does not follow ${name}`);
      return undefined;
  }
}

function isAbout(args: string, inside: Inside): boolean {
  return [descriptorIn(args)?.is, ...stringsIn(args)].some((path) => inside(path) !== undefined);
}

function about(
  path: string | undefined,
  change: (path: string) => DiskChange,
): DiskChange | undefined {
  return path === undefined ? undefined : change(path);
}

function openedBy(call: TracedCall, inside: Inside, synced: Map<number, string>) {
  const path = inside(call.returnedPath ?? stringsIn(call.args)[0]);
  if (path === undefined) return undefined;
  if (/O_DSYNC|O_SYNC/.test(call.args)) synced.set(call.returned, path);
  else synced.delete(call.returned);
  const empties = call.args.includes("O_TRUNC");
  if (!call.args.includes("O_CREAT") && !empties) return undefined;
  return { kind: "create", path, empties } as const;
}

function writtenBy(
  { name, args, returned, ended }: TracedCall,
  inside: Inside,
  synced: Map<number, string>,
) {
  const descriptor = descriptorIn(args);
  const path = inside(descriptor?.is);
  if (path === undefined || descriptor === undefined) return undefined;
  const all = bytesIn(args.slice(args.indexOf(">") + 1));
  const bytes = ended === undefined ? all : all.subarray(0, returned);
  // The last argument; of pwritev2, the one before its flags.
  const place = name === "pwritev2" ? /, (\d+), \w+$/ : /, (\d+)$/;
  const at = name.startsWith("p") ? Number(place.exec(args)?.[1]) : undefined;
  if (Number.isNaN(at)) throw new Error(`${name} without a place`);
  const syncs = ended !== undefined && synced.get(descriptor.number) === path;
  return { kind: "write", path, at, bytes, syncs } as const;
}
