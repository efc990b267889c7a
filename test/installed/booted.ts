// A machine in a folder, run by its own systemd: with processes, mounts, names, cgroups and a network of its own. All of it ends
// with the machine, and the machine with whoever booted it.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { readdir, readFile, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

const apart = ["--pid", "--mount", "--uts", "--ipc", "--cgroup", "--net"];
const unshared = ["unshare", ...apart, "--fork", "--kill-child=SIGKILL"];

export interface BootedMachine {
  /** As root, there. @returns what was said; a command that fails ends it */
  typed(commands: string): Promise<string>;
  /** Nothing is left of it then. */
  end(): Promise<void>;
}

export function whyNotBooted(): string | false {
  if (process.getuid?.() !== 0) return "only root can boot a machine in a folder";
  if (spawnSync("unshare", [...unshared.slice(1), "true"]).status !== 0)
    return "no machine of its own can be made here: namespaces are not allowed";
  try {
    const group = newGroup();
    rmdirSync(group);
    return false;
  } catch {
    return "no cgroup can be made here: systemd needs cgroup2, writable";
  }
}

/** A cgroup that nobody is in, by its path. */
function newGroup(): string {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const [, place] =
    mounts.map((line) => line.split(" ")).find(([, , of]) => of === "cgroup2") ?? [];
  if (place === undefined) throw new Error("no cgroup2");
  const group = join(place, `assent-installed-${process.pid}`);
  mkdirSync(group);
  return group;
}

// systemd may not be in a chroot: there it could make no user namespaces, which the unit asks for.
const become = `
mount --make-rprivate /
mount --bind "$0" "$0"
mount -t proc proc "$0/proc"
mount -t sysfs -o ro sysfs "$0/sys"
mount -t cgroup2 cgroup2 "$0/sys/fs/cgroup"
for place in run tmp; do mount -t tmpfs tmpfs "$0/$place"; done
ip link set lo up
mkdir "$0/run/outside"
cd "$0"
pivot_root . run/outside
umount -l run/outside
exec env -i container=assent-installed /lib/systemd/systemd --log-target=console
`;

/**
 * @param signal ends it, and with it whatever is typed there
 * @throws with what it said, where it does not come up
 */
export async function boot(root: string, signal: AbortSignal): Promise<BootedMachine> {
  const group = newGroup();
  const joining = `echo 0 > "$0/cgroup.procs"; exec "$@"`;
  // It dies with this process, and the machine with it.
  const outside = ["setpriv", "--pdeathsig", "SIGKILL", ...unshared];
  const command = ["-ec", joining, group, ...outside, "/bin/sh", "-ec", become, root];
  const machine = spawn("/bin/sh", command, { stdio: ["ignore", "pipe", "pipe"] });
  const over = once(machine, "exit");
  const said = Promise.all([readAll(machine.stdout), readAll(machine.stderr)]);
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  signal.addEventListener("abort", () => machine.kill("SIGKILL"), { once: true });

  async function end(): Promise<void> {
    machine.kill("SIGKILL");
    await over;
    await removeGroup(group);
  }

  async function init(): Promise<string | undefined> {
    const children = `/proc/${machine.pid}/task/${machine.pid}/children`;
    const [child] = (await readFile(children, "utf8").catch(() => "")).trim().split(" ");
    return child || undefined;
  }

  async function tried(commands: string) {
    const within = [`--target=${await init()}`, ...apart, "--root", "--wd"];
    const shell = spawn("nsenter", [...within, "/bin/sh", "-e"], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root" },
    });
    const exit = once(shell, "exit");
    // Where it could not even begin, nobody reads.
    shell.stdin.on("error", () => undefined);
    shell.stdin.end(`cd /root\n${commands}\n`);
    const [stdout, stderr] = await Promise.all([readAll(shell.stdout), readAll(shell.stderr)]);
    const [status] = await exit;
    return { status, stdout, stderr };
  }

  try {
    for (;;) {
      if (isOver) throw new Error(`it did not come up: ${(await said).join("")}`);
      const { stdout } = await tried("systemctl.real is-system-running || true");
      if (/^(?:running|degraded)$/m.test(stdout)) break;
      await delay(50);
    }
  } catch (error) {
    await end();
    throw error;
  }
  return {
    async typed(commands) {
      const { status, stdout, stderr } = await tried(commands);
      if (status !== 0) throw new Error(`exit ${status}\n${commands}\n${stdout}${stderr}`);
      return stdout;
    },
    end,
  };
}

/** With those that systemd made in it: nobody is in them, as soon as all who were have ended. */
async function removeGroup(group: string): Promise<void> {
  const inner = await readdir(group, { withFileTypes: true });
  for (const one of inner) if (one.isDirectory()) await removeGroup(join(group, one.name));
  for (;;) {
    const error = await rmdir(group).then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    );
    if (error === undefined) return;
    if (error.code !== "EBUSY") throw error;
    await delay(20);
  }
}
