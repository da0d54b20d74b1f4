"""Which release this is: the build leaves the commit in the file VERSION, beside this one."""

from pathlib import Path


def commit():
    """The full commit id, or "development" where no build has been."""
    file = Path(__file__).with_name("VERSION")
    return file.read_text().strip() if file.exists() else "development"


def version():
    """The commit as people say it: its first seven characters, or "development"."""
    return commit()[:7] if commit() != "development" else "development"
