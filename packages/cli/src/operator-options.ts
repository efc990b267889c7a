// What the commands of whoever runs a service have in common.
import { type Command, Option } from "commander";

export function dataOption(): Option {
  return new Option("--data <dir>", "the folder of the service")
    .default("./data")
    .env("ASSENT_DATA");
}

export function isJson(program: Command): boolean {
  return program.opts<{ readonly json?: true }>().json ?? false;
}
