"""Reads "dialect TAB base64 of a statement" lines and answers each with the base64
of what sqlfluff has against it, an empty line when it takes the statement."""
import base64
import sys

from sqlfluff.core import FluffConfig
from sqlfluff.core.parser import Lexer, Parser

NAMES = {"mssql": "tsql", "oracle": "oracle", "db2": "db2"}


def refusal(config, text):
    tokens, errors = Lexer(config=config).lex(text)
    if errors:
        return str(errors[0])
    try:
        tree = Parser(config=config).parse(tokens)
    except Exception as error:  # sqlfluff raises several kinds
        return str(error)
    for part in tree.recursive_crawl("unparsable"):
        return "cannot parse " + part.raw.strip()[:80]
    # T-SQL needs nothing between statements: a damaged one may pass for two.
    count = sum(1 for _ in tree.recursive_crawl("statement", recurse_into=False))
    return "" if count == 1 else "takes it for %d statements" % count


def main():
    configs = {}
    for line in sys.stdin:
        database, text = line.rstrip("\n").split("\t")
        if database not in configs:
            configs[database] = FluffConfig(overrides={"dialect": NAMES[database]})
        answer = refusal(configs[database], base64.b64decode(text).decode())
        print(base64.b64encode(answer.encode()).decode(), flush=True)


main()
