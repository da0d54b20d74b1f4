"""Does what `python3 -m venv --clear DIRECTORY` does, by a copy: venv takes seconds to install pip into each.

Usage: python3 -I copy-environment.py WHOLE … DIRECTORY. WHOLE is the environment that is copied; the first call makes it.
"""

import os
import shutil
import subprocess
import sys
import tempfile


def make(whole):
    """venv fills a directory under another name, so that no process sees a part of it."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(whole)) as work:
        made = os.path.join(work, "made")
        ended = subprocess.call([sys.executable, "-I", "-m", "venv", made])
        if ended:
            sys.exit(ended)
        move(made, made, whole)
        try:
            os.rename(made, whole)
        except OSError:
            # Another process was first.
            if not os.path.isdir(whole):
                raise


def move(environment, before, after):
    """Replaces the path in the scripts that have it: those of pip, and activate."""
    scripts = os.path.join(environment, "bin")
    files = [os.path.join(scripts, name) for name in os.listdir(scripts)]
    for path in [*files, os.path.join(environment, "pyvenv.cfg")]:
        if os.path.islink(path) or not os.path.isfile(path):
            continue
        with open(path, "rb") as file:
            text = file.read()
        moved = text.replace(os.fsencode(before), os.fsencode(after))
        if moved != text:
            with open(path, "wb") as file:
                file.write(moved)


def clear(directory):
    for entry in os.scandir(directory):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.remove(entry.path)


def main(whole, directory):
    if not os.path.isdir(whole):
        make(whole)
    os.makedirs(directory, exist_ok=True)
    clear(directory)
    # With the times of the files: Python compiles again what is newer than its compiled form.
    shutil.copytree(whole, directory, symlinks=True, dirs_exist_ok=True)
    move(directory, whole, directory)


try:
    main(sys.argv[1], sys.argv[-1])
except (OSError, shutil.Error) as problem:
    sys.exit(f"The virtual environment could not be copied: {problem}")
