#!/usr/bin/env bash
# ApplicationStart: starts gunicorn, and returns at once. Whether it works is for ValidateService to say.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
# shellcheck source=supervisor-process.sh
. "$(dirname "$0")/supervisor-$SUPERVISOR.sh"

start_app
echo "Started on $BIND:$PORT ($SUPERVISOR)"
