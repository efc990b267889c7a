// Which failures of SQLite are the disk's: after these nobody knows what it holds of what was written last.

const ioError = 10;
// With its details: what is there could not be read.
const readErrors: readonly number[] = [10 | (1 << 8), 10 | (2 << 8), 10 | (33 << 8)];

/** SQLITE_IOERR, which has details in its higher bits. A disk that is only full says SQLITE_FULL. */
export function isOfFailedDisk({ sqliteCode }: { readonly sqliteCode: number | undefined }) {
  return sqliteCode !== undefined && (sqliteCode & 0xff) === ioError;
}

/** SQLITE_IOERR_READ, _SHORT_READ and _CORRUPTFS: the disk under what is read, not the one under what is written. */
export function isOfReading({ sqliteCode }: { readonly sqliteCode: number | undefined }) {
  return sqliteCode !== undefined && readErrors.includes(sqliteCode);
}
