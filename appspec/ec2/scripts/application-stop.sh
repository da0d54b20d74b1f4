#!/bin/bash -p
# ApplicationStop: runs from the last successful revision, before the new one is there. Never fails: a stop script that
# does would block every later deployment, its own rollback included. What it leaves running, BeforeInstall of the new
# revision stops; where a setting is wrong, BeforeInstall says so.
set -euo pipefail

stop() {
  # shellcheck source=settings.sh
  . "${0%"${0##*/}"}./settings.sh" && check_supervisor || return
  # shellcheck source=supervisor-process.sh
  . "$SCRIPTS/supervisor-$SUPERVISOR.sh" && stop_app
}

if (stop); then echo "Stopped"; else echo "Could not stop the application: the next revision tries again"; fi
