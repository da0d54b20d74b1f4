#!/usr/bin/env bash
# ApplicationStart: starts gunicorn, and returns at once. Whether it works is for ValidateService to say.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
# shellcheck source=supervisor-process.sh
. "$(dirname "$0")/supervisor-$SUPERVISOR.sh"

# Run twice, this is a restart.
stop_app

# gunicorn would try for five seconds and then end with many lines; and whoever has the port may answer health checks.
taken="$("$PYTHON" - "$BIND" "$PORT" 2>&1 <<'PYTHON'
import socket, sys
address, port = sys.argv[1], int(sys.argv[2])
with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as problem:
        print(problem.strerror)
PYTHON
)"
if [ -n "$taken" ]; then
  # Names the program where this machine has ss, and its caller may see it.
  ss --no-header --listening --tcp --numeric --processes "sport = :$PORT" 2>/dev/null || true
  fail "Nothing can listen on $BIND:$PORT: $taken"
fi

start_app
echo "Started on $BIND:$PORT ($SUPERVISOR)"
