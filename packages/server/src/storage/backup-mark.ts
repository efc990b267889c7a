// What a backup has and the database has not: what it is known by, SQLite's application id in the header of the file; and a
// table of one row with what the operator said, which goes with the mark.
export const backupMark = 0x41736261;
/** In the mark's place, from when a start has begun to make the backup the database until that is done. */
export const putBackMark = 0x41737062;
export const steeringTable = "backed_up_steering";
