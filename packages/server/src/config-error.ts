// What was asked for at the command line or in the environment cannot be.

/** The message is for the person at the command line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
