#!/bin/bash -p
# BeforeInstall: makes room for the release.
set -euo pipefail
# shellcheck source=settings.sh
. "${0%"${0##*/}"}./settings.sh"
check_settings
# shellcheck source=supervisor-process.sh
. "$SCRIPTS/supervisor-$SUPERVISOR.sh"

"$PYTHON" -I -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' ||
  fail "$PYTHON must be Python 3.9 or newer with venv and ensurepip; set GREENLIGHT_PYTHON to one that is"

# ApplicationStop does not run before the first success, but a failed deployment may have started the application.
stop_app

prepare_user
# CodeDeploy removes the files that it copied and no others: byte code of removed modules would stay importable.
rm -rf "${RELEASE:?}"
mkdir -p "$RELEASE" "$APP_DIR/venvs" "$APP_DIR/run"
# A hook with another umask may have made them.
chmod a+x "$APP_DIR" "$APP_DIR/venvs"
echo "Ready for the release in $RELEASE"
