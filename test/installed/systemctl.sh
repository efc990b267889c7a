#!/bin/sh
# Stands for systemd in a root that has none: starts a unit by its own command line, as its own user, with its own settings.
set -e

for argument in "$@"; do unit="${argument%.service}"; done
of() { sed -n "s/^$1=//p" "/usr/lib/systemd/system/$unit.service"; }

# One that nobody waited for is a zombie, and has ended.
runs() { [ -e "/run/$unit.pid" ] && grep -qs '^State:.[^Z]' "/proc/$(cat "/run/$unit.pid")/status"; }

stop() {
  if runs; then kill "$(cat "/run/$unit.pid")"; fi
  while runs; do sleep 0.1; done
  rm -f "/run/$unit.pid"
}

start() {
  if [ "$unit" = caddy ]; then
    # Its certificate is its own, which nobody else has to believe.
    { printf '{\n admin off\n local_certs\n skip_install_trust\n auto_https disable_redirects\n}\n'; cat /etc/caddy/Caddyfile; } > /run/Caddyfile
    HOME=/run/caddy XDG_DATA_HOME=/run/caddy setsid caddy run --config /run/Caddyfile --adapter caddyfile < /dev/null > /run/caddy.log 2>&1 &
  else
    set -a
    . "$(of EnvironmentFile)"
    set +a
    umask "$(of UMask)"
    # Whoever waits for what it says now must not read what it said before.
    : > "/run/$unit.out"
    setsid setpriv --reuid "$(of User)" --regid "$(of Group)" --clear-groups --inh-caps=-all --no-new-privs \
      $(of ExecStart) < /dev/null > "/run/$unit.out" 2> "/run/$unit.log" &
  fi
  echo $! > "/run/$unit.pid"
}

case "$1" in
  daemon-reload) ;;
  stop | disable) stop ;;
  start | enable) start ;;
  restart) stop; start ;;
  try-restart) if runs; then stop; start; fi ;;
  *) echo "systemctl $1 is not played here" >&2; exit 1 ;;
esac
