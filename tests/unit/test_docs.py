"""The documentation holds together: links lead somewhere, every page is found from the index, every picture is used."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
INDEX = ROOT / "docs" / "README.md"
_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_FOREIGN = re.compile(
    r"(?<![\w.~])/(?:work|tmp|root|home/\w+)/[\w.-]+"  # paths of somebody's machine
    r"|pypi\.org|pythonhosted|npmjs|registry\.|artifactory|nexus",
    re.IGNORECASE,
)


def pages() -> list[Path]:
    """All Markdown of the repository, as far as git knows it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split() if listed.returncode == 0 else []
    found = [ROOT / name for name in names] or [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("src/**/*.md"),
    ]
    return sorted(page for page in found if page.exists())


def links(page: Path) -> list[str]:
    """What a page links to or shows, outside of code."""
    text = _CODE.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))
    return _LINK.findall(text)


def target(page: Path, link: str) -> Path:
    """The file a relative link means."""
    return (page.parent / unquote(link.partition("#")[0])).resolve()


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual hosts make them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    made = set()
    for heading in re.findall(r"^#+\s+(.+)$", text, re.MULTILINE):
        plain = re.sub(r"[^\w\s-]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower())
        made.add(re.sub(r"\s", "-", plain.strip()))
    return made


def is_outside(link: str) -> bool:
    """Whether a link leads to another site."""
    return "://" in link or link.startswith("mailto:")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_something(page):
    broken = []
    for link in links(page):
        if is_outside(link):
            continue
        meant = page if link.startswith("#") else target(page, link)
        anchor = link.partition("#")[2]
        if not meant.exists():
            broken.append(link)
        elif anchor and meant.suffix == ".md" and anchor not in anchors(meant):
            broken.append(f"{link} (no such heading)")
    assert broken == []


def test_every_page_is_reached_from_the_index():
    seen, todo = set(), [INDEX]
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        todo += [
            target(page, link) for link in links(page) if not is_outside(link) and target(page, link).suffix == ".md"
        ]
    lost = [str(page.relative_to(ROOT)) for page in pages() if page.is_relative_to(ROOT / "docs") and page not in seen]
    assert lost == []


def test_every_picture_is_shown_somewhere_and_is_small():
    shown = {target(page, link) for page in pages() for link in links(page) if not is_outside(link)}
    images = [path for path in (ROOT / "docs" / "images").glob("*") if path.is_file()]
    assert [path.name for path in images if path not in shown] == []
    assert [path.name for path in images if path.stat().st_size > 200_000] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_names_a_machine_or_a_package_host(page):
    assert _FOREIGN.findall(page.read_text(encoding="utf-8")) == []


def test_both_first_pages_show_the_same_commands():
    commands = [
        re.findall(r"^(\./\w+|\.venv/bin/sertakan \w+)", (ROOT / name).read_text(), re.MULTILINE)
        for name in ("README.md", "README.id.md")
    ]
    assert commands[0] == commands[1]
    assert {"./run", "./test"} <= set(commands[0])


def test_every_command_of_the_program_is_described():
    import typer

    from sertakan.cli import main

    main._register()
    text = (ROOT / "docs" / "reference" / "cli.md").read_text()
    command = typer.main.get_command(main.app)
    undescribed = []
    for name, found in command.commands.items():
        for words in [f"{name} {inner}" for inner in getattr(found, "commands", {})] or [name]:
            if not all(re.search(rf"`[^`]*\b{word}\b", text) for word in words.split()):
                undescribed.append(words)
    assert undescribed == []


def test_every_setting_is_described():
    from sertakan.config.environment import Environment

    text = (ROOT / "docs" / "reference" / "settings.md").read_text()
    assert [name for name in Environment.model_fields if f"`SERTAKAN_{name.upper()}`" not in text] == []


def test_examples_of_json_are_json():
    for page in pages():
        for block in re.findall(r"^```json\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            json.loads(block)
