// Why a service does not start, where whoever runs it can do something about it.

/** The message is for that person, and holds nothing secret. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
}
