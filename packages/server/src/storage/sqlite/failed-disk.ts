// Which failures of SQLite are the disk's: after these nobody knows what it holds of what was written last.

const ioError = 10;

/** SQLITE_IOERR, which has details in its higher bits. A disk that is only full says SQLITE_FULL. */
export function isOfFailedDisk({ sqliteCode }: { readonly sqliteCode: number | undefined }) {
  return sqliteCode !== undefined && (sqliteCode & 0xff) === ioError;
}
