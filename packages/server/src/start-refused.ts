// Why a service does not start, where whoever runs it can do something about it.

/** The message is for that person, and holds nothing secret. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
}

/** Of the database, or a backup that was put back. */
export function damagedFile(file: string, cause?: unknown): StartRefused {
  return new StartRefused(
    `${file} is damaged. Keep it as it is, put back the last backup in its place, and start once with --restored.`,
    { cause },
  );
}

/** Of a data folder that was made before the first release: nothing reads it any more. */
export function earlierFormat(dataDirectory: string): StartRefused {
  return new StartRefused(
    `What is in ${dataDirectory} was made by a version before the first release, and cannot be used: remove keys.json and assent.db* there, or name another folder with --data.`,
  );
}
