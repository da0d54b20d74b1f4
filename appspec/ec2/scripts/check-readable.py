"""Names the files that an account may not read: check-readable.py USER PATH...

Goes through the paths, and through everything below those that are directories, as that account. Prints the first thing
that it may not read, or the directory above it that it may not enter, and fails.
"""

import os
import pwd
import sys

user, *paths = sys.argv[1:]

account = pwd.getpwnam(user)
os.initgroups(user, account.pw_gid)
os.setgid(account.pw_gid)
os.setuid(account.pw_uid)


def unreadable(path):
    for above in reversed(list(parents(os.path.realpath(path)))):
        if not os.access(above, os.X_OK):
            return f"may not enter {above}"
    needed = os.R_OK | os.X_OK if os.path.isdir(path) else os.R_OK
    return None if os.access(path, needed) else f"may not read {path}"


def parents(path):
    while path != os.path.dirname(path):
        path = os.path.dirname(path)
        yield path


def everything(path):
    yield path
    for directory, directories, files in os.walk(path):
        # A link without a target is left out.
        yield from filter(os.path.exists, (os.path.join(directory, name) for name in directories + files))


for path in paths:
    for found in map(unreadable, everything(path)):
        if found:
            sys.exit(f"{user} {found}")
