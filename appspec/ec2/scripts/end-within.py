"""Runs a command for so many seconds at most: end-within.py SECONDS COMMAND [ARGUMENT ...]

Ends with the command's status; with 124, and the command and all that it started ended, when it takes longer. The
command stays in the process group of its caller, which CodeDeploy ends as a whole.
"""

import os
import signal
import subprocess
import sys

seconds, *command = sys.argv[1:]


def descendants(pid):
    """The processes that a process started, and those that these started, the last first."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, universal_newlines=True).stdout
    children = [int(child) for child, parent in map(str.split, listed.splitlines()) if int(parent) == pid]
    return [found for child in children for found in (*descendants(child), child)]


def end(pid):
    for found in (*descendants(pid), pid):
        try:
            os.kill(found, signal.SIGKILL)
        except ProcessLookupError:
            pass


child = subprocess.Popen(command)
try:
    status = child.wait(max(1, int(seconds)))
except subprocess.TimeoutExpired:
    end(child.pid)
    status = 124
sys.exit(status if status >= 0 else 128 - status)
