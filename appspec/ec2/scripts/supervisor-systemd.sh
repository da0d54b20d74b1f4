# shellcheck shell=bash
# Keeps the application running under systemd. Sourced after settings.sh.

UNIT=flask-app.service
# When it was started last, in seconds since 1970: the journal goes back further, to releases of before.
STARTED_FILE="$APP_DIR/run/started"

start_app() {
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
ExecStart=$VENV/bin/python -m gunicorn --bind $BIND:$PORT --workers 2 wsgi:app
Restart=on-failure
RestartSec=2

[Install]
WantedBy=multi-user.target
UNIT_FILE
  systemctl daemon-reload
  systemctl reset-failed "$UNIT" 2>/dev/null || true
  systemctl enable --quiet "$UNIT"
  mkdir -p "$APP_DIR/run"
  date +%s >"$STARTED_FILE"
  systemctl restart "$UNIT"
}

stop_app() {
  # Also one that crashes and is being started again, which is not active in between.
  if systemctl cat "$UNIT" >/dev/null 2>&1; then systemctl stop "$UNIT"; fi
}

# A second restart says that it is not going to work; systemd itself would try for longer.
app_has_died() {
  systemctl is-failed --quiet "$UNIT" || [ "$(systemctl show --value --property NRestarts "$UNIT")" -ge 2 ]
}

# The last lines of what the application has said, as many as asked for.
recent_log() {
  journalctl --unit "$UNIT" --since "@$(cat "$STARTED_FILE" 2>/dev/null || echo 0)" --no-pager --output cat --lines "$1"
}

prepare_user() {
  id "$APP_USER" >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin "$APP_USER"
}
