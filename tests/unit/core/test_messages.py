"""Catalogues: what people edit comes out of what the program reads, and nothing is left without English."""

from __future__ import annotations

import gettext
import importlib.util
import os
from pathlib import Path

import pytest

from sertakan.core import messages

ROOT = Path(__file__).resolve().parents[3]

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#: a.html b.py
#, python-format
msgid "%(count)s baris"
msgid_plural "%(count)s baris"
msgstr[0] "%(count)s row"
msgstr[1] "%(count)s rows"

msgctxt "sebutan"
msgid "Bapak"
msgstr "Mr \\"B\\""

#: c.py
msgid ""
"panjang\\n"
"sekali"
msgstr ""
"very\\n"
"long"

#, fuzzy
msgid "ragu"
msgstr "doubt"

msgid "kosong"
msgstr ""

#~ msgid "lama"
#~ msgstr "old"
"""


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOGUE, encoding="utf-8")
    return tmp_path


def test_a_compiled_catalogue_is_read_by_the_standard_library(locale):
    messages.compile_catalogues(locale)
    with (locale / "en" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.ngettext("%(count)s baris", "%(count)s baris", 1) == "%(count)s row"
    assert read.ngettext("%(count)s baris", "%(count)s baris", 2) == "%(count)s rows"
    assert read.pgettext("sebutan", "Bapak") == 'Mr "B"'
    assert read.gettext("panjang\nsekali") == "very\nlong"


def test_doubtful_and_missing_translations_stay_indonesian(locale):
    messages.compile_catalogues(locale)
    with (locale / "en" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("ragu") == "ragu"
    assert read.gettext("kosong") == "kosong"
    assert read.gettext("lama") == "lama"


def test_compiling_twice_does_nothing_and_a_change_compiles_again(locale):
    source = locale / "en" / "LC_MESSAGES" / "django.po"
    assert len(messages.compile_catalogues(locale)) == 1
    assert messages.compile_catalogues(locale) == []
    target = source.with_suffix(".mo")
    later = target.stat().st_mtime_ns + 1_000_000_000
    os.utime(source, ns=(later, later))
    assert messages.compile_catalogues(locale) == [target]


def test_a_broken_line_names_file_and_line(tmp_path):
    path = tmp_path / "django.po"
    path.write_text('msgid "a"\nmsgstr "unfinished\n', encoding="utf-8")
    with pytest.raises(messages.CatalogueBroken, match=r"django\.po:2"):
        messages.read_catalogue(path)


def test_the_catalogue_of_the_product_keeps_every_placeholder():
    spec = importlib.util.spec_from_file_location("tools_messages", ROOT / "tools" / "messages.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.faults([message for message in tool.merged() if message.is_translated]) == []


def test_templates_and_code_are_collected_the_way_the_framework_asks_for_them():
    spec = importlib.util.spec_from_file_location("tools_messages", ROOT / "tools" / "messages.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    template = (
        "{% translate 'Tutup 100%' %}{% blocktranslate count n=n with x=y|number %}{{ x }} satu"
        "{% plural %}{{ x }} banyak{% endblocktranslate %}{{ _('Kata') }}{% translate 'Bapak' context 'sebutan' %}"
    )
    found = [(m.context, m.msgid, m.plural) for m in tool._of_template(template, "x.html")]
    assert found == [
        (None, "Tutup 100%%", None),
        (None, "%(x)s satu", "%(x)s banyak"),
        (None, "Kata", None),
        ("sebutan", "Bapak", None),
    ]
    code = "from django.utils.translation import ngettext as _n, gettext as _\n_n('a', 'b', 2)\n_('c')\n"
    assert {(m.msgid, m.plural) for m in tool._of_python(code)} == {("a", "b"), ("c", None)}
