// The installed service as systemd runs it, step by step: what it is told, what it keeps the service from, and what it does when
// the service ends.
import type { BootedMachine } from "./booted.ts";

/** The service that is installed there and was run before; it is stopped in the end. */
export async function runBySystemd({ typed }: BootedMachine) {
  const systemctl = (command: string) => typed(`systemctl.real ${command}`);
  const shown = async (...properties: readonly string[]) =>
    (await systemctl(`show ${properties.map((one) => `-p ${one}`).join(" ")} assent`))
      .trim()
      .split("\n")
      .sort();
  // As on another disk, which only the settings name.
  await typed(`
    install -d -m 0700 -o assent -g assent /var/lib/elsewhere
    mv /var/lib/assent/ended.journal /var/lib/elsewhere/
    echo ASSENT_ENDED_JOURNAL=/var/lib/elsewhere/ended.journal >> /etc/assent/assent.conf
    printf '[Service]\\nReadWritePaths=/var/lib/elsewhere\\n' > /etc/systemd/system/assent.service.d/journal.conf
    systemctl.real daemon-reload`);
  /** Without the settings, which only root may read; makes nothing. What is wrong besides is the provider, who is not here. */
  const journalFound = async () => {
    const found = await typed(`
      runuser -u assent -- assent doctor --json || true
      test ! -e /var/lib/assent/ended.journal`);
    const findings = found.trim().split("\n");
    return findings.map((line) => JSON.parse(line)).find(({ of }) => of === "journal").kind;
  };
  // Answered by the time that the start is.
  const started = await typed(`
    systemctl.real start assent
    runuser -u assent -- assent admin status --json`);
  const inProcess = await typed(`
    cd /proc/$(systemctl.real show -P MainPID assent)
    grep -E '^(NoNewPrivs|CapEff|Seccomp):' status`);
  // Tenths.
  const score = await typed(`
    systemd-analyze security --no-pager --threshold=20 assent > /dev/null && echo below 2
    systemd-analyze security --no-pager --threshold=10 assent > /dev/null || echo and not below 1`);
  const writable = await typed(`
    may() { nsenter --target "$(systemctl.real show -P MainPID assent)" --mount touch "$1" 2> /dev/null; }
    if may /usr/it; then echo yes; else echo no; fi
    if may /var/lib/assent/it; then echo yes; else echo no; fi
    rm /var/lib/assent/it`);
  const backup = await typed(
    "runuser -u assent -- assent backup /var/backups/assent/again.db --json",
  );
  // It has a /tmp of its own.
  const nowhere = await typed(`
    if runuser -u assent -- assent backup /tmp/x.db > /dev/null 2>&1; then echo 0; else echo $?; fi
    test ! -e /tmp/x.db`);
  const running = await journalFound();
  const restarts = await typed(`
    kill -KILL "$(systemctl.real show -P MainPID assent)"
    until [ "$(systemctl.real show -P NRestarts assent)" = 1 ] && systemctl.real is-active --quiet assent
    do sleep 0.1; done
    echo 1 active`);
  // By a telephone on a cable, of which nothing is there but the folders: the unit knows no group but the service's own.
  const spooled = await typed(`
    addgroup --system --quiet smsd
    adduser --quiet assent smsd
    for folder in outgoing sent failed incoming; do install -d -m 2770 -g smsd "/var/spool/sms/$folder"; done
    printf '[Service]\\nReadWritePaths=/var/spool/sms\\n' > /etc/systemd/system/assent.service.d/spool.conf
    echo "ASSENT_SMS='spool:/var/spool/sms?group=smsd'" >> /etc/assent/assent.conf
    systemctl.real daemon-reload
    systemctl.real restart assent
    (until mv /var/spool/sms/outgoing/assent-* /root/taken 2> /dev/null; do sleep 0.1; done) &
    assent --profile eva on +4915123456780 --server http://127.0.0.1:8080 --yes > /dev/null
    wait
    stat -c '%G %a' /root/taken`);
  await systemctl("stop assent");
  const journal = [running, await journalFound()];
  const stopped = await shown("ActiveState", "ExecMainStatus", "Result");
  // What the service said last may still be on its way into the journal.
  const lines = await typed(`
    journalctl --sync
    journalctl --no-pager -o cat -u assent | grep '^{"level'`);
  await typed(`
    echo ASSENT_SMS=pigeon >> /etc/assent/assent.conf
    ! systemctl.real start assent
    sed -i '$d' /etc/assent/assent.conf`);
  return {
    accounts: JSON.parse(started).counts.accounts,
    score: score.trim().replaceAll("\n", ", "),
    process: inProcess.trim().replaceAll("\t", " ").split("\n").sort(),
    writable: writable.trim().replaceAll("\n", " "),
    backup: JSON.parse(backup).bytes > 0,
    nowhere: nowhere.trim(),
    journal,
    restarts: restarts.trim(),
    spooled: spooled.trim(),
    stopped,
    log: JSON.parse(lines.trim().split("\n").at(-1) ?? "{}").msg,
    refused: await shown("ActiveState", "ExecMainStatus", "NRestarts"),
  };
}
