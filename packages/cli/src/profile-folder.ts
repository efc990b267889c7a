// Where the phone is that a command is for, when its line does not say.
import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** ASSENT_PROFILE, else a folder of ours where programs of this platform keep their user's data. */
export function defaultProfileFolder(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const { ASSENT_PROFILE, XDG_DATA_HOME, LOCALAPPDATA } = environment;
  if (ASSENT_PROFILE) return ASSENT_PROFILE;
  if (platform === "darwin") return join(home, "Library", "Application Support", "assent");
  if (platform === "win32") return join(LOCALAPPDATA || join(home, "AppData", "Local"), "assent");
  // One that is not absolute is to be ignored (XDG Base Directory Specification).
  const data = XDG_DATA_HOME?.startsWith("/") ? XDG_DATA_HOME : join(home, ".local", "share");
  return join(data, "assent");
}
