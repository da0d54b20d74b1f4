# shellcheck shell=bash
# Keeps the application running under systemd. Sourced after settings.sh.

UNIT=flask-app.service
# When it was started last, in seconds since 1970: the journal also has the output of earlier deployments.
STARTED_FILE="$APP_DIR/run/started"

start_app() {
  local shortest
  shortest="$(shortest_stop)"
  cat >"/etc/systemd/system/$UNIT" <<UNIT_FILE
[Unit]
Description=The application that CodeDeploy released
After=network.target
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
User=$APP_USER
WorkingDirectory=$RELEASE
Environment=PYTHONDONTWRITEBYTECODE=1
ExecStart=$VENV/bin/python -m gunicorn --bind $LISTEN --workers 2 --graceful-timeout $((shortest / 2)) wsgi:app
Restart=on-failure
RestartSec=2
# gunicorn ends its workers itself; other processes that are left then are killed at once.
KillMode=mixed
TimeoutStopSec=$((shortest * 2 / 3))

[Install]
WantedBy=multi-user.target
UNIT_FILE
  chmod 644 "/etc/systemd/system/$UNIT"
  systemctl daemon-reload
  systemctl reset-failed "$UNIT" 2>/dev/null || true
  systemctl enable --quiet "$UNIT"
  mkdir -p "$APP_DIR/run"
  date +%s >"$STARTED_FILE"
  systemctl restart "$UNIT"
}

# How long the shortest of the hooks that stop the application may take, in seconds.
shortest_stop() {
  local name
  for name in application-stop.sh before-install.sh application-start.sh; do hook_seconds "$name"; done | sort -n | head -n 1
}

# Also a unit that crashes and is being started again, which is not active in between.
stop_app() {
  local seconds
  systemctl cat "$UNIT" >/dev/null 2>&1 || return 0
  seconds="$(hook_seconds "$HOOK")"
  systemctl stop --no-block "$UNIT"
  stopped_by $((seconds * 3 / 4)) && return
  # A unit of an earlier deployment may give it longer than this hook has.
  echo "The application has not stopped after $SECONDS s: it is killed"
  systemctl kill --signal=KILL "$UNIT" || true
  stopped_by $((seconds * 9 / 10)) || fail "The application has not stopped after $SECONDS s, killed as it is"
}

stopped_by() { # seconds after the hook began
  until systemctl show --value --property ActiveState "$UNIT" | grep -qxE 'inactive|failed'; do
    [ "$SECONDS" -lt "$1" ] || return 1
    sleep 0.2
  done
}

# After a second restart it will not work; systemd itself would try for longer.
app_has_died() {
  systemctl is-failed --quiet "$UNIT" || [ "$(systemctl show --value --property NRestarts "$UNIT")" -ge 2 ]
}

# The last lines of the application's output, as many as requested.
recent_log() {
  journalctl --unit "$UNIT" --since "@$(cat "$STARTED_FILE" 2>/dev/null || echo 0)" --no-pager --output cat --lines "$1"
}

prepare_user() {
  id "$APP_USER" >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin "$APP_USER"
}

# Lets the account read the release through its group, whatever modes the bundle and the agent's umask gave, and the
# virtual environment. Fails if it still cannot, for example below a directory that it may not enter.
let_app_read() { # virtual environment
  local problem
  chgrp -hR "$(id -g "$APP_USER")" "$RELEASE"
  chmod -R u+rX,g+rX "$RELEASE"
  chmod -R a+rX "$1"
  problem="$("$PYTHON" -I "$SCRIPTS/check-readable.py" "$APP_USER" "$RELEASE" "$1/bin/python" 2>&1)" ||
    fail "the application could not start: $problem"
}
