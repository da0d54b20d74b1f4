#!/usr/bin/env bash
# ApplicationStop: runs from the last successful revision, before the new one is there. Never fails: a stop script that
# does would block every later deployment, its own rollback included. What it leaves running, BeforeInstall of the new
# revision stops.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
# shellcheck source=supervisor-process.sh
. "$(dirname "$0")/supervisor-$SUPERVISOR.sh"

if (stop_app); then echo "Stopped"; else echo "Could not stop the application: the next revision tries again"; fi
