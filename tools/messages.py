"""Collect the sentences of pages and refusals into the catalogue of translations; `--check` says what is missing.

    python tools/messages.py            collect; new sentences arrive with an empty translation
    python tools/messages.py --check    fail on sentences that are not collected, not translated, or fuzzy
    python tools/messages.py --missing  list sentences without a translation

Sentences are Indonesian in the code; `src/sertakan/locale/en/LC_MESSAGES/django.po` has the English ones. No GNU gettext is needed:
templates are read by Django's own lexer, Python by its syntax tree. Collected are, beside calls of gettext: labels of choices of
models, sentences of refusals, tables of sentences that are rendered late (`TABLES`), and sentences in data files (`WORDS`).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import block_re, constant_re, endblock_re, inline_re, plural_re

from sertakan.core.messages import LOCALE, Message, compile_catalogues, read_catalogue

SOURCE = Path(__file__).resolve().parent.parent / "src" / "sertakan"
CATALOGUE = LOCALE / "en" / "LC_MESSAGES" / "django.po"
HEAD = (
    "Project-Id-Version: Sertakan\n"
    "Language: en\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)
CALLS = {
    "gettext": "one", "gettext_lazy": "one", "gettext_noop": "one",
    "ngettext": "many", "ngettext_lazy": "many",
    "pgettext": "context", "pgettext_lazy": "context",
}  # fmt: skip
TABLES = {
    "COLUMN_LABELS", "NOTES", "SKIPS", "SENTENCES", "ANSWER_WORDS", "PART_LABELS", "PROBLEMS", "FILE_FINDINGS", "MATCH_RULES", "MATCH_WHYS",
    "TEACHING_WHYS",
}  # fmt: skip
WORDS = {
    "claims/data/guide.yaml": ("label",),
    "claims/data/heirs.yaml": ("label",),
    "claims/data/limits.yaml": ("label", "how"),
    "claims/data/papers.yaml": ("label", "note"),
    "claims/data/steps.yaml": ("label", "how"),
    "sponsorship/data/reasons.yaml": ("label", "remedy"),
}
"""Data files with sentences that pages show, and the keys under which they stand."""
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%s|%d|\{(\w+)\}")


def collect() -> dict[tuple[str | None, str], Message]:
    """All sentences of the code, in the order of files."""
    found: dict[tuple[str | None, str], Message] = {}
    paths = [*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]
    for path in sorted({*paths, *(SOURCE / name for name in WORDS)}):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        place = path.relative_to(SOURCE).as_posix()
        for message in _of_file(text, place):
            known = found.setdefault(message.key, message)
            known.plural = known.plural or message.plural
            if place not in known.places:
                known.places.append(place)
            if "%(" in message.msgid or "%s" in message.msgid:
                known.flags.add("python-format")
    return found


def _of_file(text: str, place: str) -> Iterator[Message]:
    if place in WORDS:
        return (Message(entry[key]) for entry in yaml.safe_load(text) for key in WORDS[place] if entry.get(key))
    return _of_python(text) if place.endswith(".py") else _of_template(text, place)


# Python


def _of_python(text: str) -> Iterator[Message]:
    tree = ast.parse(text)
    names = dict(CALLS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names.update(
                {alias.asname: CALLS[alias.name] for alias in node.names if alias.asname and alias.name in CALLS}
            )
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node, names)
        elif isinstance(node, ast.ClassDef):
            yield from _of_class(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict) and _is_table(node):
            yield from (
                Message(text.value) for value in node.value.values for text in ast.walk(value) if _is_text(text)
            )


def _of_call(node: ast.Call, names: dict[str, str]) -> Iterator[Message]:
    name = (
        node.func.id
        if isinstance(node.func, ast.Name)
        else node.func.attr
        if isinstance(node.func, ast.Attribute)
        else ""
    )
    kind = names.get(name)
    words = [argument.value for argument in node.args if _is_text(argument)]
    if kind == "one" and words:
        yield Message(words[0])
    elif kind == "many" and len(words) >= 2:
        yield Message(words[0], plural=words[1])
    elif kind == "context" and len(words) >= 2:
        yield Message(words[1], context=words[0])


def _of_class(node: ast.ClassDef) -> Iterator[Message]:
    """Labels of choices, and the sentence of a refusal (a class with a code and a message)."""
    bases = {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases}
    values = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            values[statement.targets[0].id] = statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            values[statement.target.id] = statement.value
    if bases & {"TextChoices", "IntegerChoices"}:
        for value in values.values():
            if isinstance(value, ast.Tuple) and len(value.elts) == 2 and _is_text(value.elts[1]):
                yield Message(value.elts[1].value)
    elif "code" in values and "message" in values and _is_text(values["message"]):
        yield Message(values["message"].value)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def _is_table(node: ast.Assign | ast.AnnAssign) -> bool:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return isinstance(target, ast.Name) and target.id in TABLES


# Templates


def _of_template(text: str, place: str) -> Iterator[Message]:
    tokens = iter(Lexer(text).tokenize())
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            if inline := inline_re.match(token.contents):
                context = _unquoted(inline[3]) if inline[3] else None
                yield Message(_unquoted(inline[1]).replace("%", "%%"), context=context)
            elif block := block_re.match(token.contents):
                context = _unquoted(block[2]) if block[2] else None
                yield _of_block(tokens, trimmed="trimmed" in token.split_contents(), context=context, place=place)
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            yield from (Message(_unquoted(constant)) for constant in constant_re.findall(token.contents))


def _of_block(tokens: Iterator[Token], *, trimmed: bool, context: str | None, place: str) -> Message:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            if endblock_re.match(token.contents):
                texts = [trim_whitespace("".join(part)) if trimmed else "".join(part) for part in parts]
                return Message(texts[0], plural=texts[1] if len(texts) > 1 else None, context=context)
            if not plural_re.match(token.contents):
                raise ValueError(f"{place}: a tag inside of a translated block: {token.contents}")
            parts.append([])
        elif token.token_type == TokenType.VAR:
            parts[-1].append(f"%({token.contents})s")
        elif token.token_type == TokenType.TEXT:
            parts[-1].append(token.contents.replace("%", "%%"))
    raise ValueError(f"{place}: a translated block without an end")


def _unquoted(text: str) -> str:
    text = text.strip().removeprefix("_(").removesuffix(")")
    return text[1:-1] if text[:1] in "\"'" else text


# The catalogue


def _quoted(keyword: str, text: str) -> list[str]:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").split("\n")
    lines = [f"{line}\\n" for line in escaped[:-1]] + ([escaped[-1]] if escaped[-1] or len(escaped) == 1 else [])
    if len(lines) == 1:
        return [f'{keyword} "{lines[0]}"']
    return [f'{keyword} ""', *(f'"{line}"' for line in lines)]


def written(messages: list[Message]) -> str:
    """The text of a .po file."""
    blocks = [['msgid ""', *_quoted("msgstr", HEAD)]]
    for message in messages:
        lines = [f"#: {' '.join(message.places)}"]
        if message.flags:
            lines.append(f"#, {', '.join(sorted(message.flags))}")
        if message.context is not None:
            lines += _quoted("msgctxt", message.context)
        lines += _quoted("msgid", message.msgid)
        if message.plural is None:
            lines += _quoted("msgstr", message.strings[0] if message.strings else "")
        else:
            lines += _quoted("msgid_plural", message.plural)
            strings = [*message.strings, "", ""][:2]
            lines += [*_quoted("msgstr[0]", strings[0]), *_quoted("msgstr[1]", strings[1])]
        blocks.append(lines)
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def merged() -> list[Message]:
    """The sentences of the code with the translations of the catalogue. One that the code has no more is dropped."""
    known = {message.key: message for message in read_catalogue(CATALOGUE)} if CATALOGUE.exists() else {}
    messages = list(collect().values())
    for message in messages:
        before = known.get(message.key)
        if before is not None:
            message.strings = before.strings
            message.flags |= before.flags & {"fuzzy"}
    return messages


def faults(messages: list[Message]) -> list[str]:
    """What keeps the pages from being whole in English."""
    found = []
    for message in messages:
        if not message.is_translated:
            word = "fuzzy" if "fuzzy" in message.flags else "not translated"
            found.append(f"{message.places[0]}: {word}: {message.msgid}")
            continue
        allowed = _placeholders(message.msgid) | _placeholders(message.plural or "")
        for text in message.strings:
            if not _placeholders(text) <= allowed:
                found.append(f"{message.places[0]}: unknown placeholder in the translation of: {message.msgid}")
        if _placeholders(message.strings[-1]) != _placeholders(message.plural or message.msgid):
            found.append(f"{message.places[0]}: placeholder lost in the translation of: {message.msgid}")
    return found


def _placeholders(text: str) -> set[str]:
    return {match[0] for match in _PLACEHOLDER.finditer(text)}


def main() -> int:
    """Collect, or check; exit code 1 when something is missing."""
    messages = merged()
    if "--missing" in sys.argv:
        print("\n".join(message.msgid for message in messages if not message.is_translated))
        return 0
    if "--check" in sys.argv:
        found = faults(messages)
        if not CATALOGUE.exists() or CATALOGUE.read_text(encoding="utf-8") != written(messages):
            found.append("The catalogue is out of step with the code (run: python tools/messages.py)")
        print("\n".join(found))
        return 1 if found else 0
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(written(messages), encoding="utf-8")
    compile_catalogues()
    print(f"{len(messages)} sentences, {sum(not message.is_translated for message in messages)} without translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
