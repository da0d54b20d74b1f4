# shellcheck shell=bash disable=SC2034 # the hooks that source this file read the variables
# Where the application lives and how it is kept running. Sourced by every hook. CodeDeploy gives hooks no variables of
# one's own; the agent reads /etc/profile when it starts, so set them in /etc/profile.d/greenlight.sh on the instance.

# The release is in $APP_DIR/release, the virtual environments in $APP_DIR/venvs, process id and log in $APP_DIR/run.
APP_DIR="${GREENLIGHT_APP_DIR:-/opt/flask-app}"
# Address and port that gunicorn listens on. Behind a load balancer that is not on the instance, bind 0.0.0.0.
BIND="${GREENLIGHT_BIND:-127.0.0.1}"
PORT="${GREENLIGHT_PORT:-8000}"
# The interpreter that makes the virtual environment: 3.9 or newer.
PYTHON="${GREENLIGHT_PYTHON:-python3}"
# The account that the application runs as, where systemd runs it.
APP_USER="${GREENLIGHT_USER:-flask-app}"
# How many seconds /healthz is asked before a release counts as broken; fewer than ValidateService has in appspec.yml.
HEALTH_SECONDS="${GREENLIGHT_HEALTH_SECONDS:-60}"
# systemd, or process: a session of its own with its output in a file, for machines without systemd.
if [ -n "${GREENLIGHT_SUPERVISOR:-}" ]; then
  SUPERVISOR="$GREENLIGHT_SUPERVISOR"
elif [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ]; then
  SUPERVISOR=systemd
else
  SUPERVISOR=process
fi

RELEASE="$APP_DIR/release"
VENV="$APP_DIR/venv"

fail() {
  echo "$*" >&2
  exit 1
}

case "$SUPERVISOR" in systemd | process) ;; *) fail "GREENLIGHT_SUPERVISOR is '$SUPERVISOR', expected systemd or process" ;; esac
