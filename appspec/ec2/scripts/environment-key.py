"""Prints a name for the virtual environment of a requirements file: environment-key.py REQUIREMENTS

The name is made of everything on this machine that decides what pip installs: the requirements file and each file that
it reaches (-r, -c, -f, local directories and wheels), the variables that it names, pip's own settings, the interpreter
and the platform. Two runs with the same name install the same.

A second line is printed when an environment must not be used again, and says why. What an address holds (a package
index, a branch) is not read: the same text stands for the same packages.
"""

import configparser
import ensurepip
import hashlib
import os
import platform
import re
import shlex
import sys
import sysconfig
import urllib.parse
import urllib.request

# The value of an option or a setting of pip: a file of requirements, packages, or a directory of modules.
REQUIREMENTS, PACKAGES, EDITABLE = "requirements", "packages", "editable"
OPTIONS = {
    **dict.fromkeys(("-r", "--requirement", "-c", "--constraint", "--build-constraint"), REQUIREMENTS),
    **dict.fromkeys(("-f", "--find-links", "-i", "--index-url", "--extra-index-url"), PACKAGES),
    **dict.fromkeys(("-e", "--editable"), EDITABLE),
}
# The variables that compilers read.
COMPILERS = {"CC", "CXX", "AR", "LD", "CFLAGS", "CPPFLAGS", "CXXFLAGS", "LDFLAGS", "ARCHFLAGS", "SOURCE_DATE_EPOCH"}


class Inputs:
    """Everything that decides the content, in the order in which it is found."""

    def __init__(self, top):
        # For pip, a package's path is relative to its working directory, and that of -r and -c to their file.
        self.top = top
        self.digest = hashlib.sha256()
        self.reached = set()
        self.anew = None

    def add(self, *parts):
        for part in parts:
            data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogateescape")
            self.digest.update(b"%d:" % len(data) + data)

    def interpreter(self):
        self.add(sys.executable, os.path.realpath(sys.executable), sys.version, sysconfig.get_config_var("SOABI"))
        self.add(sysconfig.get_platform(), platform.machine(), platform.libc_ver(), ensurepip.version())

    def settings(self):
        for name, value in sorted(os.environ.items()):
            if name.startswith("PIP_") or name in COMPILERS:
                self.add(name, value)
            if name.startswith("PIP_"):
                self.setting(name[4:].lower(), value)
        for path in configuration_files():
            parsed = configparser.RawConfigParser(strict=False)
            try:
                if not self.below(path) or not parsed.read(path, encoding="utf-8"):
                    continue
            except (configparser.Error, UnicodeDecodeError):
                # pip reports what is wrong with it.
                continue
            for section in parsed.sections():
                for name, value in parsed.items(section):
                    self.setting(name, value)

    def setting(self, name, values):
        kind = OPTIONS.get("--" + name.replace("_", "-"))
        for value in values.split() if kind else []:
            self.reach(kind, value, self.top)

    def reach(self, kind, value, base):
        path = local_path(value)
        if path is None:
            if kind == REQUIREMENTS:
                self.anew = f"{without_secrets(value)} may hold other requirements than before"
        elif kind == REQUIREMENTS:
            self.requirements(os.path.join(base, path))
        else:
            if kind == EDITABLE:
                self.anew = f"{value} is editable: what runs is in the release"
            # pip looks beside the file first.
            self.below(os.path.join(base, path)) or self.below(os.path.join(self.top, path))

    def requirements(self, path):
        if os.path.realpath(path) in self.reached:
            return
        text = decoded(self.file(path))
        # With lines continued and without: a comment that ends with a backslash is not continued.
        for line in re.sub(r"\\\r?\n", " ", text).splitlines() + text.splitlines():
            line = re.sub(r"\$\{([A-Z0-9_]+)\}", self.variable, re.sub(r"(^|\s)#.*", "", line)).strip()
            if line.startswith("-"):
                self.options(line, os.path.dirname(path))
            elif line:
                self.package(line)

    def variable(self, match):
        value = os.environ.get(match[1])
        self.add(match[0], value)
        return match[0] if value is None else value

    def options(self, line, base):
        try:
            words = shlex.split(line)
        except ValueError:
            words = line.split()
        while words:
            name, equals, value = words.pop(0).partition("=")
            if not name.startswith("--") and len(name) > 2:
                # -rFILE
                name, equals, value = name[:2], "=", name[2:] + equals + value
            if name in OPTIONS:
                value = value if equals else "".join(words[:1])
                self.reach(OPTIONS[name], without_extras(value), self.top if OPTIONS[name] == EDITABLE else base)

    def package(self, line):
        named = re.split(r"\s--|;", line)[0].strip()
        for place in (named, named.partition("@")[2].strip()):
            path = local_path(without_extras(place))
            if path:
                self.below(os.path.join(self.top, path))

    def below(self, path):
        """Adds a file, or every file below a directory. Returns whether there is one."""
        if os.path.isfile(path):
            self.file(path)
        if not os.path.isdir(path):
            return os.path.isfile(path)
        if os.path.realpath(path) in self.reached:
            return True
        self.reached.add(os.path.realpath(path))
        for directory, directories, files in os.walk(path):
            for name in sorted(files):
                file = os.path.join(directory, name)
                self.add(os.path.relpath(file, path), os.access(file, os.X_OK))
                self.file(file)
            directories.sort()
            for name in directories:
                if os.path.islink(os.path.join(directory, name)):
                    self.add(name)
                    self.below(os.path.join(directory, name))
        return True

    def file(self, path):
        self.reached.add(os.path.realpath(path))
        try:
            with open(path, "rb") as file:
                content = file.read()
        except OSError as problem:
            content = problem.strerror.encode()
        self.add(content)
        return content


def decoded(content):
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return content.decode("utf-16" if utf16 else "utf-8-sig", "replace" if utf16 else "surrogateescape")


def local_path(value):
    """A path, or that of a file: address; None for another address."""
    if value.lower().startswith("file:"):
        return urllib.request.url2pathname(urllib.parse.urlsplit(value).path)
    return None if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", value) else value


def without_extras(value):
    return re.sub(r"\[[^\]]*\]$", "", value)


def without_secrets(address):
    return re.sub(r"//[^/]*@", "//", address).split("?")[0]


def configuration_files():
    """Where pip looks for its settings (pip's documentation, "Configuration")."""
    home = os.path.expanduser("~")
    system = os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")
    user = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    mac = "Library/Application Support"
    for directory in (*system, user, os.path.join("/", mac), os.path.join(home, mac)):
        yield os.path.join(directory, "pip", "pip.conf")
    yield "/etc/pip.conf"
    yield os.path.join(home, ".pip", "pip.conf")
    yield os.environ.get("PIP_CONFIG_FILE", os.devnull)


inputs = Inputs(os.path.dirname(os.path.abspath(sys.argv[1])))
inputs.interpreter()
inputs.settings()
inputs.requirements(sys.argv[1])
print(inputs.digest.hexdigest()[:16])
if inputs.anew:
    print(inputs.anew)
