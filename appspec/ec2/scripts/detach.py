"""Starts a command as the leader of a session of its own: detach.py PID_FILE LOG_FILE COMMAND [ARGUMENT ...]

CodeDeploy fails a hook whose background child still holds the hook's output, so the command gets the log file instead.
"""

import os
import sys

pid_file, log_file, *command = sys.argv[1:]

child = os.fork()
if child:
    with open(pid_file, "w", encoding="ascii") as file:
        file.write(str(child) + "\n")
    sys.exit(0)

os.setsid()
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 1)
os.dup2(1, 2)
os.execv(command[0], command)
