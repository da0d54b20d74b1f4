#!/bin/bash -p
# ApplicationStart: starts gunicorn, and returns at once. ValidateService says whether it works.
set -euo pipefail
# shellcheck source=settings.sh
. "${0%"${0##*/}"}./settings.sh"
check_settings
# shellcheck source=supervisor-process.sh
. "$SCRIPTS/supervisor-$SUPERVISOR.sh"

# Run twice, this is a restart.
stop_app

# gunicorn would try for five seconds and then end with many lines, and another program at the port may answer health
# checks.
taken="$("$PYTHON" -I - "$ADDRESS" "$PORT" 2>&1 <<'PYTHON'
import socket, sys
address, port = sys.argv[1], int(sys.argv[2])
try:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
except OSError as problem:
    print(problem.strerror)
PYTHON
)"
if [ -n "$taken" ]; then
  # Names the program if this machine has ss, and its caller may see it.
  ss --no-header --listening --tcp --numeric --processes "sport = :$PORT" 2>/dev/null || true
  fail "Nothing can listen on $LISTEN: $taken"
fi

start_app
echo "Started on $LISTEN ($SUPERVISOR)"
