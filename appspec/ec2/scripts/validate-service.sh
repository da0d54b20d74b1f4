#!/usr/bin/env bash
# ValidateService: the release is good when /healthz answers with this release's version, not with an older one's.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
# shellcheck source=supervisor-process.sh
. "$(dirname "$0")/supervisor-$SUPERVISOR.sh"

[ -f "$RELEASE/VERSION" ] || fail "VERSION is not in the release ($RELEASE): the build has to write the commit into it"
version="$(cut -c1-7 "$RELEASE/VERSION")"
host="$BIND"
[ "$host" = 0.0.0.0 ] && host=127.0.0.1
url="http://$host:$PORT/healthz"

ask() {
  "$VENV/bin/python" - "$url" <<'PYTHON' 2>&1
import json, sys, urllib.error, urllib.request
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    print(json.load(direct.open(sys.argv[1], timeout=3))["version"])
except Exception as problem:
    # A URLError puts its reason in brackets of Python's own.
    print(problem.reason if type(problem) is urllib.error.URLError else problem)
PYTHON
}

tries=0
while true; do
  tries=$((tries + 1))
  answer="$(ask)"
  if [ "$answer" = "$version" ]; then
    echo "GET /healthz answers as version $version (try $tries)"
    exit 0
  fi
  if app_has_died || [ "$SECONDS" -ge "$HEALTH_SECONDS" ]; then break; fi
  sleep 0.25
done

recent_log 40
# The one line of the log that says most, once more where a summary shows it. Each worker tells of its own end, and
# gunicorn of its own after them, so it may be far up.
reason="$(recent_log 500 | awk '
  /^Traceback / { traced = 1; next }
  traced && /^[^ ]/ { traced = 0; if (!/^gunicorn\.errors\./) reason = $0 }
  /^Failed to (find|parse) / { reason = $0 }
  match($0, /Connection in use: .*/) { reason = substr($0, RSTART) }
  END { print reason }
')"
[ -z "$reason" ] || echo "gunicorn: $reason" >&2
times="$tries tries"
[ "$tries" != 1 ] || times="1 try"
fail "GET /healthz is not answered as version $version after $times: $answer"
