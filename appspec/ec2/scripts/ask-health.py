"""Checks the application: ask-health.py URL VERSION. Prints nothing if that version answers, else why not."""

import json
import re
import signal
import sys
import urllib.error
import urllib.request

url, version = sys.argv[1:]

# For the whole answer: an endpoint that sends a byte now and then would never end.
SECONDS = 3
LONGEST_ANSWER = 65536


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def too_late(*_):
    raise TimeoutError("timed out")


def answer():
    # Not through a proxy of the instance: the application is on this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
    with direct.open(url, timeout=SECONDS) as response:
        return response.read(LONGEST_ANSWER).decode("utf-8", "replace")


def problem():
    try:
        text = answer()
        said = json.loads(text)["version"]
    except urllib.error.HTTPError as error:
        if 300 <= error.code < 400:
            to = str(error.headers.get("Location")).split("?")[0]
            return f"it redirects to {to} ({error.code}); /healthz must answer by itself, without a login or HTTPS"
        return f"HTTP status {error.code}"
    except urllib.error.URLError as error:
        # str() would put the reason in brackets.
        return error.reason
    except (OSError, ValueError) as error:
        return f"no JSON: {short(text)}" if isinstance(error, json.JSONDecodeError) else error
    except (KeyError, TypeError):
        return f'no "version" in its answer: {short(text)}'
    # The application may answer with the whole file, as an editor on Windows left it.
    return None if is_version(str(said).strip("\ufeff \t\r\n")) else f"it says that its version is {short(str(said))}"


def is_version(said):
    """A commit may be abbreviated to seven characters or more; any other version must be whole."""
    commit = re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", version)
    return said == version or bool(commit and len(said) >= 7 and version.startswith(said))


def short(text):
    return " ".join(text.split())[:100] or "nothing"


signal.signal(signal.SIGALRM, too_late)
signal.alarm(SECONDS)
found = problem()
if found:
    print(found)
