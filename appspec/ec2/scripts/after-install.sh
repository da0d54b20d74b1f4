#!/usr/bin/env bash
# AfterInstall: a virtual environment beside the release with exactly what requirements.txt names. Kept by content: a
# release, or a rollback, with the same requirements finds it ready.
set -euo pipefail
. "$(dirname "$0")/settings.sh"

# On a full disk, neither venv nor pip always says that this is the reason.
free_space() {
  df -Pm "$APP_DIR/venvs" | awk 'NR == 2 { print $4 " MB are free" }'
}

REQUIREMENTS="$RELEASE/requirements.txt"
[ -f "$REQUIREMENTS" ] || fail "requirements.txt is not in the release ($RELEASE): nothing says what the application needs"

key="$("$PYTHON" -c 'import hashlib, sys
content = open(sys.argv[1], "rb").read() + sys.version.encode() + sys.executable.encode()
print(hashlib.sha256(content).hexdigest()[:16])' "$REQUIREMENTS")"
made="$APP_DIR/venvs/$key"

if [ -f "$made/.complete" ]; then
  echo "Virtual environment $key is ready: same requirements as before"
else
  echo "Making virtual environment $key"
  # Half of one is of no use, and on a full disk it would stand in the way of the rollback.
  trap '[ -f "$made/.complete" ] || rm -rf "$made"' EXIT
  "$PYTHON" -m venv --clear "$made" || fail "no virtual environment could be made in $made, where $(free_space)"
  "$made/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --requirement "$REQUIREMENTS" ||
    fail "pip could not install what requirements.txt asks for; $(free_space)"
  touch "$made/.complete"
fi

ln -sfn "$made" "$VENV"
touch "$made"
# Those that no release of the last month used.
find "$APP_DIR/venvs" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} +
