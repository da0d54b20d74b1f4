#!/bin/bash -p
# ValidateService: succeeds if /healthz answers with this deployment's version; an older version fails.
set -euo pipefail
# shellcheck source=settings.sh
. "${0%"${0##*/}"}./settings.sh"
check_settings
# shellcheck source=supervisor-process.sh
. "$SCRIPTS/supervisor-$SUPERVISOR.sh"

[ -f "$RELEASE/VERSION" ] || fail "VERSION is not in the release ($RELEASE): the build has to write the commit into it"
# Also as an editor on Windows leaves it: after a byte order mark, with CR LF.
content="$(tr -d '\r' <"$RELEASE/VERSION")"
version="$(awk 'NF { $1 = $1; print; exit }' <<<"${content#$'\357\273\277'}")"
[ -n "$version" ] || fail "VERSION in the release ($RELEASE) is empty: the build has to write the commit into it"
name="$version"
[[ ! "$version" =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]] || name="${version:0:7}"

most=$(($(hook_seconds "$HOOK") * 3 / 4))
if [ "$HEALTH_SECONDS" -gt "$most" ]; then
  echo "GREENLIGHT_HEALTH_SECONDS is $HEALTH_SECONDS; appspec.yml leaves $HOOK $most s to ask"
  HEALTH_SECONDS=$most
fi

tries=0
while true; do
  tries=$((tries + 1))
  problem="$("$VENV/bin/python" -I "$SCRIPTS/ask-health.py" "http://$REACHED_AT/healthz" "$version" 2>&1)" || true
  if [ -z "$problem" ]; then
    echo "GET /healthz answers as version $name (try $tries)"
    exit 0
  fi
  if app_has_died || [ "$SECONDS" -ge "$HEALTH_SECONDS" ]; then break; fi
  sleep 0.25
done

recent_log 40
# The one line of the log that says most, repeated at the end, which a summary shows. Each worker logs its own end, and
# gunicorn its own after them, so the line may be far up.
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
fail "GET /healthz is not answered as version $name after $times: $problem"
