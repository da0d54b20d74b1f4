# shellcheck shell=bash disable=SC2034 # the hooks that source this file read the variables
# Every hook begins with this: a known state, and the settings of the application. CodeDeploy passes hooks no variables
# of yours; the agent reads /etc/profile when it starts, so set them in /etc/profile.d/greenlight.sh on the instance.

# A hook inherits the agent's working directory, umask, PATH and language, and Python's module path. /etc/profile may
# have set any of them.
umask 022
export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin${PATH:+:$PATH}"
unset CDPATH LC_ALL LANGUAGE LC_CTYPE LC_COLLATE LC_MESSAGES LC_NUMERIC LC_TIME
export LANG=C.UTF-8
unset PYTHONHOME PYTHONPATH
SECONDS=0
SCRIPTS="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
HOOK="${0##*/}"
cd /

# The release is in $APP_DIR/release, the virtual environments in $APP_DIR/venvs, process id and log in $APP_DIR/run.
APP_DIR="${GREENLIGHT_APP_DIR:-/opt/flask-app}"
# Address and port that gunicorn listens on. Behind a load balancer that is not on the instance, bind 0.0.0.0 or ::.
BIND="${GREENLIGHT_BIND:-127.0.0.1}"
PORT="${GREENLIGHT_PORT:-8000}"
# The interpreter that makes the virtual environment: 3.9 or newer.
PYTHON="${GREENLIGHT_PYTHON:-python3}"
# The account that the application runs as, where systemd runs it.
APP_USER="${GREENLIGHT_USER:-flask-app}"
# For how many seconds /healthz is tried before the deployment fails.
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

# An address of IPv6 may come in brackets; with a port after it, it needs them.
ADDRESS="${BIND#[}" ADDRESS="${ADDRESS%]}"
case "$ADDRESS" in
  *:*) LISTEN="[$ADDRESS]:$PORT" ;;
  *) LISTEN="$ADDRESS:$PORT" ;;
esac
# The address for this machine: a wildcard address includes the machine's own.
case "$ADDRESS" in
  0.0.0.0) REACHED_AT="127.0.0.1:$PORT" ;;
  *[!0:]*) REACHED_AT="$LISTEN" ;;
  *:*) REACHED_AT="[::1]:$PORT" ;;
  *) REACHED_AT="$LISTEN" ;;
esac

fail() {
  echo "$*" >&2
  exit 1
}

check_supervisor() {
  case "$SUPERVISOR" in systemd | process) ;; *) fail "GREENLIGHT_SUPERVISOR is '$SUPERVISOR', expected systemd or process" ;; esac
}

# Not for ApplicationStop, which needs no other setting.
check_settings() {
  check_supervisor
  case "$APP_DIR" in /*) ;; *) fail "GREENLIGHT_APP_DIR is '$APP_DIR', expected an absolute path" ;; esac
  is_number "$PORT" 65535 || fail "GREENLIGHT_PORT is '$PORT', expected a number from 1 to 65535"
  is_number "$HEALTH_SECONDS" 3600 || fail "GREENLIGHT_HEALTH_SECONDS is '$HEALTH_SECONDS', expected a number from 1 to 3600"
}

is_number() { # text, most
  case "$1" in '' | *[!0-9]* | ??????*) return 1 ;; esac
  [ "$1" -ge 1 ] && [ "$1" -le "$2" ]
}

# How long a hook may take: its timeout in appspec.yml, in seconds. A hook waits for a part of that time, so that it can
# say what was late before CodeDeploy ends it.
hook_seconds() { # file name of the hook
  local appspec
  for appspec in "$SCRIPTS"/{..,../..,.}/appspec.{yml,yaml}; do
    if [ -f "$appspec" ]; then break; fi
  done
  # An entry of the list is a block after a dash, or in braces; an hour is CodeDeploy's own limit.
  awk -v hook="$1" '
    function ends() { if (mine && (!found || seconds < found)) found = seconds; mine = 0; seconds = 3600 }
    BEGIN { seconds = 3600 }
    {
      gsub(/\r|[[:space:]]#.*|["\047]/, ""); gsub(/[{}]/, "\n-\n"); gsub(/,/, "\n")
      count = split($0, lines, "\n")
      for (at = 1; at <= count; at++) {
        line = lines[at]
        if (line ~ /^[[:space:]]*-/ || line ~ /^[[:space:]]*[A-Za-z]+:[[:space:]]*$/) ends()
        gsub(/^[[:space:]]*(-[[:space:]]*)?|[[:space:]]+$/, "", line)
        if (line ~ /^location:/ && line ~ ("[/ ]" hook "$")) mine = 1
        if (line ~ /^timeout:[[:space:]]*[1-9]/) { sub(/^timeout:[[:space:]]*/, "", line); seconds = int(line) }
      }
    }
    END { ends(); print found ? found : 60 }
  ' "$appspec" 2>/dev/null || echo 60
}
