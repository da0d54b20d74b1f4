"""Runs a Python function in a process of its own, as function-host.ts does a Node one."""

import importlib
import json
import os
import sys
import types

directory, handler_name = sys.argv[1:]
answers = os.fdopen(3, "w", encoding="utf-8")


def answer(line):
    answers.write(json.dumps(line) + "\n")
    answers.flush()


def load():
    sys.path.insert(0, directory)
    module, _, name = handler_name.rpartition(".")
    return getattr(importlib.import_module(module.replace("/", ".")), name)


context = types.SimpleNamespace(function_name=os.environ.get("AWS_LAMBDA_FUNCTION_NAME"))
handler = None
for line in sys.stdin:
    try:
        handler = handler or load()
        answer({"payload": handler(json.loads(line), context)})
    except Exception as problem:
        answer({"error": {"errorType": type(problem).__name__, "errorMessage": str(problem)}})
