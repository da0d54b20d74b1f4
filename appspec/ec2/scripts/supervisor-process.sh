# shellcheck shell=bash
# Keeps the application running as a session of its own: gunicorn's master restarts workers that die. For machines
# without systemd. Sourced after settings.sh.

PID_FILE="$APP_DIR/run/gunicorn.pid"
LOG_FILE="$APP_DIR/run/gunicorn.log"
# How long the application may take to stop, in seconds, and its workers to finish their requests; less if the hook that
# stops it has less.
STOP_SECONDS=5
WORKER_SECONDS=4

# Prints the master's process id if it runs. Another program may have that process id by now.
app_pid() {
  local pid
  pid="$(cat "$PID_FILE" 2>/dev/null)" || return 1
  { tr '\0' ' ' <"/proc/$pid/cmdline" || ps -p "$pid" -o command=; } 2>/dev/null | grep -qF -- "$APP_DIR/" || return 1
  echo "$pid"
}

start_app() {
  mkdir -p "$APP_DIR/run"
  PYTHONDONTWRITEBYTECODE=1 "$VENV/bin/python" "$SCRIPTS/detach.py" "$PID_FILE" "$LOG_FILE" \
    "$VENV/bin/python" -m gunicorn --bind "$LISTEN" --workers 2 --graceful-timeout "$WORKER_SECONDS" \
    --chdir "$RELEASE" wsgi:app
}

stop_app() {
  local pid most
  if pid="$(app_pid)"; then
    kill -TERM "$pid" 2>/dev/null || true
    most=$(($(hook_seconds "$HOOK") * 10 / 2))
    if [ "$most" -gt $((STOP_SECONDS * 10)) ]; then most=$((STOP_SECONDS * 10)); fi
    for _ in $(seq "$most"); do
      app_pid >/dev/null || break
      sleep 0.1
    done
    # The rest of the session, with workers that hang.
    kill -KILL -- "-$pid" 2>/dev/null || true
  fi
  rm -f "$PID_FILE"
}

app_has_died() {
  ! app_pid >/dev/null
}

# The last lines of the application's output, as many as requested.
recent_log() {
  tail -n "$1" "$LOG_FILE" 2>/dev/null || true
}

prepare_user() {
  :
}

# The application runs as the account that runs the hooks.
let_app_read() {
  chmod -R u+rX "$RELEASE"
}
