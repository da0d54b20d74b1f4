#!/usr/bin/env bash
# ApplicationStop: runs from the last successful revision, before the new one is there. Succeeds when nothing runs: a
# stop script that fails would block every later deployment.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
# shellcheck source=supervisor-process.sh
. "$(dirname "$0")/supervisor-$SUPERVISOR.sh"

stop_app
echo "Stopped"
