#!/usr/bin/env bash
# BeforeInstall: makes room for the release.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
# shellcheck source=supervisor-process.sh
. "$(dirname "$0")/supervisor-$SUPERVISOR.sh"

"$PYTHON" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' ||
  fail "$PYTHON must be Python 3.9 or newer with venv and ensurepip; set GREENLIGHT_PYTHON to one that is"

# ApplicationStop did not run when no deployment has succeeded yet, but a failed one may have started something.
stop_app

prepare_user
# CodeDeploy removes the files that it copied and no others: byte code of removed modules would stay importable.
rm -rf "${RELEASE:?}"
mkdir -p "$RELEASE" "$APP_DIR/venvs" "$APP_DIR/run"
echo "Ready for the release in $RELEASE"
