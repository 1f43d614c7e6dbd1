"""Columns of anybody's list are recognised, kept as they are, or left out, and what cannot be used is refused in clear words."""

from __future__ import annotations

import polars as pl
import pytest

from sertakan.linkage import mapping


def frame(**columns: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def written(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "daftar.csv"
    path.write_bytes(text.encode(encoding))
    return path


FEBRL = frame(
    rec_id=["rec-1-org", "rec-1-dup-0", "rec-2-org"],
    given_name=["michaela", None, "courtney"],
    surname=["neumann", "neuman", "painter"],
    street_number=["8", "8", "12"],
    address_1=["stanley street", "stanley street", "pinkerton circuit"],
    address_2=["miami", "flats", "bega flats"],
    suburb=["winston hills", "winston hill", "richlands"],
    postcode=["4223", "4224", "4560"],
    state=["nsw", "vic", "vic"],
    date_of_birth=["19151111", "19151112", "19161214"],
    soc_sec_id=["5304218", "5304218", "4066625"],
)


def test_english_columns_of_persons_are_put_together():
    found = mapping.map_list(FEBRL)
    assert found.id == "rec_id"
    assert found.canonical == {
        "name": ("given_name", "surname"),
        "birth_date": ("date_of_birth",),
        "address": ("street_number", "address_1", "address_2"),
        "postcode": ("postcode",),
    }
    assert found.generic == ("suburb", "state", "soc_sec_id")
    made = found.apply(FEBRL)
    assert made["name"].to_list() == ["michaela neumann", "neuman", "courtney painter"]
    assert made["birth_date"].to_list() == ["1915-11-11", "1915-11-12", "1916-12-14"]


def test_indonesian_columns_are_those_of_the_intake():
    found = mapping.map_list(
        frame(
            NIK=["1771015505909012", "1771015505909013"], Nama=["Siti", "Budi"], **{"Tgl Lahir": ["15-05-1990", "1991"]},
            **{"Nama Ibu Kandung": ["Aminah", "Rohaya"]}, **{"No. HP": ["081200001111", "081200002222"]},
        )
    )  # fmt: skip
    assert set(found.canonical) == {"nik", "name", "birth_date", "mother_name", "phone"}
    assert found.people


def test_a_date_is_put_together_from_year_month_and_day():
    list_ = frame(
        fname_c1=["CARSTEN", "GERD"], lname_c1=["MEIER", "BAUER"], by=["1949", "1968"], bm=["7", "12"], bd=["2", "27"]
    )
    assert mapping.map_list(list_).apply(list_)["birth_date"].to_list() == ["1949-07-02", "1968-12-27"]


def test_lists_of_other_things_are_compared_as_they_are():
    found = mapping.map_list(
        frame(title=["A b", "C d"], name=["Lenovo X1", "HP 2"], price=["10.5", "11"], id=["1", "2"])
    )
    assert not found.people
    assert found.canonical == {}
    assert set(found.generic) == {"title", "name", "price"}


def test_content_is_looked_at_where_headings_say_nothing():
    found = mapping.map_list(frame(kolom_a=["1771015505909012", "1771015505909013"], kolom_b=["a@b.id", "c@d.id"]))
    assert found.canonical == {"nik": ("kolom_a",), "email": ("kolom_b",)}


def test_truth_groups_and_running_numbers_are_never_compared():
    rows = [str(number) for number in range(30)]
    found = mapping.map_list(
        frame(
            kode=[f"r{row}" for row in rows],
            name=["Budi"] * 29 + ["Ani"],
            sex=["L"] * 15 + ["P"] * 15,
            **dict.fromkeys(("group_sex", "cluster", "kinds"), rows),
        )
    )
    assert set(found.ignored) == {"kode", "group_sex", "cluster", "kinds"}
    assert found.generic == ()


def test_what_somebody_says_comes_first():
    found = mapping.map_list(
        frame(a=["Budi", "Ani"], b=["Santoso", "Wati"], c=["1990-01-02", "1991-01-02"], d=["x", "y"]),
        given=mapping.parse_map(["name=a+b", "birth_date=c", "ignore=d"]),
    )
    assert found.canonical == {"name": ("a", "b"), "birth_date": ("c",)}
    assert found.ignored.get("d", "diabaikan atas permintaan")
    assert found.generic == ()


def test_two_sources_are_recognised():
    assert mapping.map_list(frame(name=["a", "b"], sex=["L", "P"], source=["x", "y"])).source == "source"
    assert mapping.map_list(frame(name=["a", "b", "c"], sex=["L", "P", "L"], source=["x", "y", "z"])).source is None


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("nama;umur\nBudi;3\n", ";"),
        ("nama\tumur\nBudi\t3\n", "\t"),
        ("nama, umur\nBudi, 3\n", ","),
        ("nama|umur\nBudi|3\n", "|"),
    ],
)
def test_usual_separators_are_read(tmp_path, text, separator):
    read = mapping.read_list(written(tmp_path, text))
    assert read.columns == ["nama", "umur"]
    assert read.row(0) == ("Budi", "3")


def test_words_for_nothing_and_old_encodings_are_read(tmp_path):
    read = mapping.read_list(written(tmp_path, "nama,kota\nJosé,NA\n", "cp1252"))
    assert read.row(0) == ("José", None)


@pytest.mark.parametrize("text", ["", "   \n", "nama,umur\n"])
def test_empty_lists_are_refused(tmp_path, text):
    with pytest.raises(mapping.EmptyList, match="tidak berisi"):
        mapping.read_list(written(tmp_path, text))


def test_a_list_without_a_usable_column_is_refused():
    with pytest.raises(mapping.NoUsableColumn, match="--map"):
        mapping.map_list(frame(id=["1", "2"], sama=["x", "x"]))


def test_repeated_ids_are_refused():
    with pytest.raises(mapping.DuplicateIds, match="tidak unik"):
        mapping.map_list(frame(nomor=["1", "1"], name=["a", "b"]), id_column="nomor")


def test_ids_may_come_again_in_another_source():
    list_ = frame(nomor=["1", "1"], name=["a", "b"], sex=["L", "P"], source=["x", "y"])
    assert mapping.map_list(list_, id_column="nomor").apply(list_)["record_id"].to_list() == ["x:1", "y:1"]


def test_unknown_columns_are_refused_with_those_that_are_there():
    with pytest.raises(mapping.UnknownListColumn, match="Yang ada: name"):
        mapping.map_list(frame(name=["a", "b"]), given={"nik": ("ktp",)})


@pytest.mark.parametrize("text", ["name", "=x", "name="])
def test_a_pair_of_columns_that_is_none_is_refused(text):
    with pytest.raises(mapping.WrongMapping):
        mapping.parse_map([text])
