#!/bin/sh
# The command, on the Node that this package brings; for whoever looks after the service, its folder is this machine's.
ASSENT_DATA="${ASSENT_DATA:-/var/lib/assent}"
export ASSENT_DATA
exec /usr/lib/assent/runtime/node /usr/lib/assent/bin/assent.mjs "$@"
