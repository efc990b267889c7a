// What is said of a file of the log that is not as it was written, and not because a write was cut short.

/** The message names the file, and nothing that is in it. */
export class DamagedSegment extends Error {
  override readonly name = "DamagedSegment";

  constructor(file: string) {
    super(`The envelope log is damaged: ${file} is not as it was written.`);
  }
}
