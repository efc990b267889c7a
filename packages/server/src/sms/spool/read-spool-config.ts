// What `--sms spool:DIR?group=NAME` says. Trusts nothing of it.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError } from "../../config-error.ts";
import type { SpoolConfig } from "./spool-sms.ts";

/** @throws ConfigError */
export function readSpoolConfig(text: string): SpoolConfig {
  const [, directory, group] = /^spool:([^?]+)(?:\?group=([\w-]+))?$/.exec(text) ?? [];
  if (directory === undefined) {
    throw new ConfigError("A spool of SMS Server Tools is named as spool:DIR?group=NAME.");
  }
  return { directory: resolve(directory), groupId: group === undefined ? undefined : idOf(group) };
}

function idOf(group: string): number {
  const line = readFileSync("/etc/group", "utf8")
    .split("\n")
    .map((one) => one.split(":"))
    .find(([name]) => name === group);
  if (!line) throw new ConfigError(`There is no group ${group} on this machine.`);
  return Number(line[2]);
}
