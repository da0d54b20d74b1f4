# Runs checkov with these arguments. The parser of JSONPath that it uses builds the tables of its grammar anew for each path,
# which is three fifths of checkov's time: here they are built once for each grammar.
import ply.yacc

build = ply.yacc.LRGeneratedTable
built = {}


def built_once(grammar, method, log):
    rules = [(str(rule), rule.func, rule.prec) for rule in grammar.Productions]
    key = str((method, grammar.Start, rules, sorted(grammar.Terminals), sorted(grammar.Precedence.items())))
    if key not in built:
        built[key] = build(grammar, method, log)
    return built[key]


ply.yacc.LRGeneratedTable = built_once

from checkov.main import Checkov  # noqa: E402

raise SystemExit(Checkov().run())
