"""The prepared register on disk: sealed, whole, made once, exchanged in one step."""

from __future__ import annotations

import threading
from pathlib import Path

import polars as pl
import pytest
from invented import crowd, labelled

from sertakan.linkage import engine, prepared, register
from sertakan.linkage.model import MODEL


@pytest.fixture
def ready() -> prepared.Prepared:
    return prepared.build(crowd().head(1_000), MODEL)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    register.forget()
    return tmp_path / "linkage" / "people.register"


def test_what_is_written_is_read_again(ready, path):
    register.write(ready, path, register.Mark.of("state 1"))
    again = register.read(path)
    assert again.records.equals(ready.records)
    assert again.keys.equals(ready.keys)
    assert again.ids.equals(ready.ids)
    assert again.blocks == ready.blocks
    list_ = crowd().tail(300)
    assert engine.link(list_, again, engine.shipped_model()).equals(engine.link(list_, ready, engine.shipped_model()))


def test_nothing_of_a_person_stands_on_the_disk(ready, path):
    register.write(ready, path, register.Mark.of("state 1"))
    content = path.read_bytes()
    for name in ("c_nik", "c_name_text", "c_phone", "c_birth", "record_id"):
        values = ready.ids if name == "record_id" else ready.records[name]
        for value in values.drop_nulls().filter(values.drop_nulls().str.len_chars() > 7).head(50):
            assert value.encode() not in content
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["short", "exchanged", "flipped"])
def test_a_harmed_register_is_refused(ready, path, harm):
    register.write(ready, path, register.Mark.of("state 1"))
    content = bytearray(path.read_bytes())
    if harm == "short":
        content = content[: len(content) // 2]
    elif harm == "flipped":
        content[len(content) // 2] ^= 1
    else:
        content = _with_pieces_exchanged(bytes(content))
    path.write_bytes(content)
    with pytest.raises(Exception, match=r".*"):
        register.read(path)


def _with_pieces_exchanged(content: bytes) -> bytearray:
    at, parts = len(register.MAGIC), []
    while at < len(content):
        size = int.from_bytes(content[at : at + 8], "little")
        parts.append(content[at : at + 8 + size])
        at += 8 + size
    parts[1], parts[2] = parts[2], parts[1]
    return bytearray(register.MAGIC + b"".join(parts))


def test_it_is_made_anew_when_people_changed_and_only_then(path):
    made = []

    def make(count: int):
        def work() -> pl.DataFrame:
            made.append(count)
            return crowd().head(count)

        return work

    assert register.ensure(path, "state 1", make(300)).rows == 300
    assert register.ensure(path, "state 1", make(400)).rows == 300
    assert register.ensure(path, "state 2", make(400)).rows == 400
    assert made == [300, 400]


def test_a_file_that_cannot_be_opened_is_made_anew(path):
    path.parent.mkdir(parents=True)
    path.write_bytes(b"something else")
    assert register.mark_of(path) is None
    assert register.ensure(path, "state 1", lambda: crowd().head(200)).rows == 200


def test_two_that_need_it_at_once_make_it_once(path):
    made, found = [], []
    started = threading.Barrier(2)

    def make() -> pl.DataFrame:
        made.append(1)
        return crowd().head(500)

    def work() -> None:
        started.wait()
        found.append(register.ensure(path, "state 1", make).rows)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (made, found) == ([1], [500, 500])


def test_who_reads_the_old_one_goes_on_reading_it(ready, path):
    register.write(ready, path, register.Mark.of("state 1"))
    with path.open("rb") as old:
        before = old.read(100)
        register.write(prepared.build(crowd().tail(500), MODEL), path, register.Mark.of("state 2"))
        old.seek(0)
        assert old.read(100) == before
    assert register.read(path).rows == 500
    assert not list(path.parent.glob("*.part"))


def test_another_version_of_the_model_makes_it_anew(ready, path):
    register.write(ready, path, register.Mark("state 1", "another model", "duckdb 0"))
    assert register.ensure(path, "state 1", lambda: crowd().head(100)).rows == 100
    assert labelled().height == 4_000


def test_what_has_changed_is_laid_upon_a_register_without_preparing_it_anew():
    everybody = crowd()
    gone, fresh = everybody["record_id"].head(30).to_list(), everybody.tail(60)
    base = prepared.build(everybody.head(everybody.height - 60), MODEL)
    laid = prepared.changed(base, gone, prepared.build(fresh, MODEL, beside=base))
    anew = prepared.build(everybody.tail(everybody.height - 30), MODEL)
    listed = everybody.sample(300, seed=1).with_columns(pl.col("record_id") + "'")

    def met(register: prepared.Prepared) -> set[tuple[str, str]]:
        return set(
            engine.link(listed, register, engine.shipped_model(), least=0.9).select("left_id", "right_id").iter_rows()
        )

    assert met(laid) == met(anew)
    assert {right for _, right in met(laid)} & set(fresh["record_id"])
    assert not {right for _, right in met(laid)} & set(gone)


def test_nobody_new_leaves_only_who_is_gone_out():
    everybody = crowd()
    base = prepared.build(everybody, MODEL)
    laid = prepared.changed(base, ["nobody"], prepared.build(everybody.clear(), MODEL, beside=base))
    assert (laid.rows, laid.keys.height) == (base.rows, base.keys.height)
