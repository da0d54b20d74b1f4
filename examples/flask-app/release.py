"""Which release this is: the build leaves the commit in the file VERSION, beside this one."""

import re
from pathlib import Path


def commit():
    """The full commit id, or "development" where no build has been."""
    file = Path(__file__).with_name("VERSION")
    return file.read_text().strip() if file.exists() else "development"


def version():
    """The release as people say it: a commit by its first seven characters, any other version as a whole."""
    whole = commit()
    return whole[:7] if re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", whole) else whole
