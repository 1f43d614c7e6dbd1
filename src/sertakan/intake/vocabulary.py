"""Word lists of the intake, read once from `data/`, and the one way in which words are compared."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_SIGNS = re.compile(r"[^\w✓✔√☑✗✘☒&#]+|_+")


@cache
def read_data(name: str) -> dict[str, Any]:
    """A data file of the intake. Every scalar stays text: a word list may hold `no`, `on` or `null`."""
    text = files("sertakan.intake").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    loaded = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader builds text, lists and dicts only
    if not isinstance(loaded, dict):
        raise TypeError(f"{name}.yaml must hold a mapping")
    return loaded


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """A CSV data file of the intake as one dict per row."""
    text = files("sertakan.intake").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def word_key(text: str) -> str:
    """Words made comparable: compatibility forms, lower case, signs as single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_SIGNS.sub(" ", folded).split())


@cache
def words(name: str) -> dict[str, tuple[str, ...]]:
    """A section of words.yaml that maps a meaning to its words, compared with `word_key`."""
    return {meaning: tuple(word_key(word) for word in listed) for meaning, listed in read_data("words")[name].items()}


@cache
def meanings(name: str) -> dict[str, str]:
    """The inverse of `words`: word to meaning."""
    return {word: meaning for meaning, listed in words(name).items() for word in listed}


@cache
def word_set(name: str) -> frozenset[str]:
    """A section of words.yaml that is a plain list."""
    return frozenset(word_key(word) for word in read_data("words")[name])
