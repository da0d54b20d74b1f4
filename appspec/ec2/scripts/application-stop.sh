#!/bin/bash -p
# ApplicationStop: runs from the last successful revision, before the new one is there. Never fails: a failing stop
# script would block every later deployment, its own rollback included. BeforeInstall of the new revision stops what is
# still running, and says if a setting is wrong.
set -euo pipefail

stop() {
  # shellcheck source=settings.sh
  . "${0%"${0##*/}"}./settings.sh" && check_supervisor || return
  # shellcheck source=supervisor-process.sh
  . "$SCRIPTS/supervisor-$SUPERVISOR.sh" && stop_app
}

if (stop); then echo "Stopped"; else echo "Could not stop the application: the next revision tries again"; fi
