// What a backup is known by: SQLite's application id, in the header of the file.
export const backupMark = 0x41736261;
