"""Finds Chinese that people would see and gettext would not."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from django.template.base import Lexer, Token, TokenType

from apps.core.catalogues import KEYWORDS, PYTHON, TEMPLATES, source_files

CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
WRAPPED = re.compile(r"""_\((?:"[^"]*"|'[^']*')\)""")
TRANSLATING = {"translate", "trans"}
BLOCKS = {"blocktranslate", "blocktrans", "comment"}

# Where Chinese is not text on a page, each place with its reason.
ALLOWED = {
    "*/migrations/*": "verbose names are copied here by makemigrations",
    "*/data/*": "reference data is in the language of its source",
    "*/demo/*": "an invented city speaks Chinese",
    "foshan_sli/settings.py": "the API has one title",
    "apps/accounts/actors.py": "a system actor is written into the audit by one name",
    "apps/accounts/selectors.py": "a program is called by its own name",
    "apps/billing/bank/table.py": "words that banks print above their columns",
    "apps/pools/members_api.py": "headings of a sheet that travels between people",
    "apps/catalogue/actors.py": "a system actor is written into the audit by one name",
    "apps/catalogue/rules/differences.py": "a sign between codes, as in the workbook",
    "apps/catalogue/rules/figures.py": "units that people write after numbers",
    "*/catalogue/rules/workbook/*": "words of a file that travels between people",
    "apps/accounts/management/commands/write_docs.py": "headings of tables in docs/",
    "apps/core/context.py": "a system actor is written into the audit by one name",
    "apps/core/money.py": "capitals for amounts are a Chinese notation",
    "apps/core/templatetags/ui.py": "these units belong to Chinese numbers only",
    "apps/billing/actors.py": "a system actor is written into the audit by one name",
    "apps/billing/rules.py": "words looked for in names of payers",
    "apps/duty/actors.py": "a system actor is written into the audit by one name",
    "apps/duty/registry/comparing.py": "a source as the register keeps it",
    "apps/duty/registry/reading.py": "words looked for in files of enterprises",
    "apps/documents/actors.py": "a system actor is written into the audit by one name",
    "apps/documents/rules.py": "names of places, looked for in names of enterprises",
    "apps/policies/roster/vocabulary.py": "words looked for in files of people",
    "apps/rating/actors.py": "a system actor is written into the audit by one name",
    "apps/pools/actors.py": "a system actor is written into the audit by one name",
    "apps/pools/services/scores.py": "headings of a file that travels between people",
    "apps/reference/models/base.py": "a mark that is stored, and shown through its label",
    "apps/reference/services/calendar.py": "words looked for in official tables",
    "apps/reference/services/industries.py": "words looked for in official tables",
    "apps/reference/services/shipped_calendar.py": "titles of official documents",
}
OWN_NAME = "中文"  # a language is called by its own name


class Untranslated(NamedTuple):
    path: str
    line: int
    text: str


def untranslated_in(root: Path) -> list[Untranslated]:
    found = []
    for path in source_files(root, PYTHON | TEMPLATES):
        name = path.relative_to(root).as_posix()
        if not any(fnmatch(name, pattern) for pattern in ALLOWED):
            read = untranslated_python if path.suffix == ".py" else untranslated_template
            found += list(read(path.read_text("utf-8"), name))
    return found


def untranslated_python(source: str, path: str) -> Iterator[Untranslated]:
    """Literals outside gettext calls; sentences that stand alone are docstrings."""
    pending: list[ast.AST] = [ast.parse(source)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call) and _name_of(node.func) in KEYWORDS:
            # Only a literal can be translated: a text put together on the spot is in no catalogue.
            pending += [part for part in node.args if not isinstance(part, ast.Constant)]
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and _is_chinese(node.value):
            yield Untranslated(path, node.lineno, str(node.value))
        pending += ast.iter_child_nodes(node)


def untranslated_template(source: str, path: str) -> Iterator[Untranslated]:
    """Text between tags and words inside them, except in those that translate or comment."""
    closing = ""
    for token in Lexer(source).tokenize():
        name = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
        if closing:
            closing = "" if name == closing else closing
        elif name in BLOCKS:
            closing = f"end{name}"
        elif name not in TRANSLATING and token.token_type != TokenType.COMMENT:
            yield from _chinese_lines(token, path)


def _chinese_lines(token: Token, path: str) -> Iterator[Untranslated]:
    for offset, line in enumerate(WRAPPED.sub("", token.contents).split("\n")):
        if _is_chinese(line):
            yield Untranslated(path, (token.lineno or 0) + offset, line.strip())


def _name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_chinese(value: object) -> bool:
    return isinstance(value, str) and bool(CHINESE.search(value.replace(OWN_NAME, "")))
