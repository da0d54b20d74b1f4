#!/bin/bash -p
# AfterInstall: a virtual environment beside the release with exactly the packages of requirements.txt. Its name is made
# of everything that decides its content: a deployment, or a rollback, with the same requirements finds it ready.
set -euo pipefail
# shellcheck source=settings.sh
. "${0%"${0##*/}"}./settings.sh"
check_settings
# shellcheck source=supervisor-process.sh
. "$SCRIPTS/supervisor-$SUPERVISOR.sh"

# On a full disk, neither venv nor pip always says that this is the reason.
free_space() {
  df -Pm "$APP_DIR/venvs" | awk 'NR == 2 { print $4 " MB are free" }'
}

REQUIREMENTS="$RELEASE/requirements.txt"
[ -f "$REQUIREMENTS" ] || fail "requirements.txt is not in the release ($RELEASE): nothing says what the application needs"

# A requirement such as ./vendor/tiny is relative to pip's working directory.
cd "$RELEASE"
# /etc/profile may set another target for pip; here the target is the virtual environment.
unset PIP_TARGET PIP_PREFIX PIP_ROOT PIP_DRY_RUN
export PIP_USER=0

named="$("$PYTHON" -I "$SCRIPTS/environment-key.py" "$REQUIREMENTS")" ||
  fail "$PYTHON could not read what requirements.txt asks for"
key="${named%%$'\n'*}"
made="$APP_DIR/venvs/$key"
if [ "$named" != "$key" ]; then
  echo "A new virtual environment for this release: ${named#*$'\n'}"
  rm -rf "$made"
fi

if [ -f "$made/.complete" ] && "$made/bin/python" -I -c ''; then
  echo "Virtual environment $key is ready: same requirements as before"
else
  echo "Making virtual environment $key"
  # An incomplete one is useless, and on a full disk the rollback needs its room.
  trap '[ -f "$made/.complete" ] || rm -rf "$made"' EXIT
  rm -f "$made/.complete"
  "$PYTHON" -I -m venv --clear "$made" || fail "no virtual environment could be made in $made, where $(free_space)"
  seconds=$(($(hook_seconds "$HOOK") * 9 / 10))
  ended=0
  "$made/bin/python" -I "$SCRIPTS/end-within.py" $((seconds - SECONDS)) \
    "$made/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-input --requirement "$REQUIREMENTS" ||
    ended=$?
  [ "$ended" != 124 ] || fail "pip was not ready after $seconds s, of those that appspec.yml gives $HOOK"
  [ "$ended" = 0 ] || fail "pip could not install what requirements.txt asks for; $(free_space)"
  touch "$made/.complete"
fi

let_app_read "$made"

# Those that no deployment of the last month used; the one before this may have been live for longer.
touch "$made"
if [ -d "$VENV" ]; then touch "$VENV/."; fi
ln -sfn "$made" "$VENV"
find "$APP_DIR/venvs/" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} +
