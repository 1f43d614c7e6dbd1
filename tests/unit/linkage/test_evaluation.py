"""Precision, recall and F1 worked out by hand, their intervals, and that nothing that makes pairs sees the truth."""

from __future__ import annotations

import polars as pl
import pytest

from sertakan.linkage import datasets, evaluation, mapping, unlabelled
from sertakan.synthetic.labelled import generate


def truth(clusters: str, **more: list[str]) -> pl.DataFrame:
    ids = [str(at) for at in range(len(clusters))]
    return pl.DataFrame({"record_id": ids, "cluster": list(clusters), **more})


def pairs(*given: tuple[int, int, float, bool]) -> pl.DataFrame:
    return pl.DataFrame(
        [(str(a), str(b), p, same) for a, b, p, same in given],
        schema={"left_id": pl.String, "right_id": pl.String, "probability": pl.Float64, "same": pl.Boolean},
        orient="row",
    )


def test_it_counts_as_by_hand():
    # Clusters aab b c: true pairs 0-1 and 2-3. Found 0-1 (right) and 3-4 (wrong); 2-3 was not taken.
    done = evaluation.evaluate(
        pairs((0, 1, 0.9, True), (4, 3, 0.8, True), (2, 3, 0.4, False)), truth("aabbc"), threshold=0.5
    )
    assert (done.pairs, done.true_pairs, done.right) == (2, 2, 1)
    assert (done.precision.value, done.recall.value, done.f1.value) == (0.5, 0.5, 0.5)


def test_pairs_given_twice_or_with_themselves_count_once():
    done = evaluation.evaluate(
        pairs((0, 1, 0.9, True), (1, 0, 0.9, True), (2, 2, 1.0, True)), truth("aab"), threshold=0.5
    )
    assert (done.pairs, done.right, done.true_pairs) == (1, 1, 1)


def test_between_sources_only_pairs_of_two_sources_count():
    known = truth("aaab", source=["x", "x", "y", "y"])
    done = evaluation.evaluate(pairs((0, 1, 0.9, True), (0, 2, 0.9, True)), known, threshold=0.5, between_sources=True)
    assert (done.pairs, done.true_pairs, done.right) == (1, 2, 1)


def test_records_without_a_cluster_belong_to_nobody():
    known = truth("aaa").with_columns(cluster=pl.Series([None, None, "a"]))
    assert evaluation.evaluate(pairs((0, 1, 0.9, True)), known, threshold=0.5).true_pairs == 0


def test_wilson_is_wilson():
    rate = evaluation.wilson(8, 10)
    assert (rate.low, rate.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert evaluation.wilson(0, 0) == evaluation.Rate(0.0, 0.0, 1.0)


def test_the_interval_of_f1_is_wider_when_errors_come_in_clusters():
    def spread(missed: list[float]) -> float:
        rate = evaluation.f1_rate(pl.DataFrame({"right": [1.0] * 100, "wrong": [0.0] * 100, "missed": missed}))
        return rate.high - rate.low

    assert spread([10.0] + [0.0] * 99) > spread([1.0] * 10 + [0.0] * 90)
    assert evaluation.f1_rate(pl.DataFrame({"right": [5.0], "wrong": [0.0], "missed": [0.0]})).high == 1.0


def test_kinds_of_error_and_groups_are_told_apart():
    known = truth("aabb", kinds=["", "typo|lost", "", ""], sex=["L", "L", "P", "P"])
    done = evaluation.evaluate(pairs((2, 3, 0.9, True), (1, 2, 0.9, True)), known, threshold=0.5, groups=["sex"])
    kinds = {part.name: (part.true_pairs, part.found) for part in done.by_kind}
    assert kinds == {"typo": (1, 0), "lost": (1, 0), "tanpa galat": (1, 1)}
    groups = {part.name: (part.true_pairs, part.found, part.wrong) for part in done.by_group["sex"]}
    assert groups == {"L": (1, 0, 1), "P": (1, 1, 1)}


def test_the_curve_falls_in_threshold_and_rises_in_recall():
    done = evaluation.evaluate(
        pairs((0, 1, 0.9, True), (2, 3, 0.6, True), (3, 4, 0.3, False)), truth("aabbc"), threshold=0.5
    )
    assert [(point.threshold, point.precision, point.recall) for point in done.curve] == [
        (0.9, 1.0, 0.5),
        (0.6, 1.0, 1.0),
        (0.3, 2 / 3, 1.0),
    ]


def test_nothing_found_is_no_fault():
    done = evaluation.evaluate(pairs(), truth("aab"), threshold=0.5)
    assert (done.pairs, done.recall.value, done.f1.value) == (0, 0.0, 0.0)


def test_the_picture_shows_the_threshold():
    pytest.importorskip("vl_convert")
    done = evaluation.evaluate(pairs((0, 1, 0.9, True), (2, 3, 0.6, True)), truth("aabbc"), threshold=0.612)
    picture = evaluation.chart(done)
    assert picture.startswith("<svg")
    assert "ambang 0,612" in picture


def test_the_promised_f1_is_highest_at_the_threshold():
    # Taking 2 of 3 promises 2 * 1.9 / (2 + 2.1) = 0.927; all three 2 * 2.1 / (3 + 2.1) = 0.82; one 2 * 1.0 / (1 + 2.1) = 0.65.
    assert unlabelled.best_threshold(pl.Series([1.0, 0.2, 0.9])) == 0.9
    assert unlabelled.best_threshold(pl.Series([], dtype=pl.Float64)) == 0.5


# --- blind --------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def labelled() -> pl.DataFrame:
    return generate(1_500, seed=9)


@pytest.mark.parametrize("way", ["trained", "unlabelled"])
def test_shuffling_the_truth_changes_neither_pairs_nor_threshold(labelled, tmp_path, way):
    path = tmp_path / "list.csv"
    seen = []
    for cluster in (labelled["cluster"], labelled["cluster"].shuffle(seed=4)):
        labelled.with_columns(cluster).write_csv(path)
        seen.append(datasets.measure_file(path, truth="cluster", id_column="record_id", one_set=True, way=way))
    assert seen[0].linked.pairs.equals(seen[1].linked.pairs)
    assert seen[0].linked.threshold == seen[1].linked.threshold
    assert seen[0].evaluation.f1.value > 0.7
    assert seen[1].evaluation.f1.value < 0.05


def test_lists_of_our_people_take_the_trained_model_and_others_learn_from_themselves():
    def way(*names: str, **more: list[str]) -> str:
        count = len(names)
        frame = pl.DataFrame({"name": names, "sex": ["L", "P"] * (count // 2), **more})
        columns = mapping.map_list(frame)
        return datasets.link_list(columns.apply(frame), columns).way

    assert way("Muhamad Rizki", "Siti Aminah") == "trained"
    assert way("michaela neumann", "courtney painter") == "unlabelled"
    assert way("michaela neumann", "courtney painter", nama_ibu=["anna", "berta"]) == "trained"


def test_the_truth_is_read_only_after_pairs_and_threshold_stand(labelled, tmp_path, monkeypatch):
    path = tmp_path / "list.csv"
    labelled.write_csv(path)
    seen: list[str] = []
    linking = datasets.link_list

    def watched(records, columns, **more):
        seen.extend(records.columns)
        assert not any("cluster" in theirs for theirs in columns.canonical.values())
        return linking(records, columns, **more)

    monkeypatch.setattr(datasets, "link_list", watched)
    datasets.measure_file(path, truth="cluster")
    assert "cluster" not in seen
    assert not [name for name in seen if name.startswith("group_") or name == "kinds"]


def test_lists_of_things_are_linked_without_labels(tmp_path):
    words = ["merah", "biru", "hijau", "kuning", "ungu", "jingga", "hitam", "putih"]
    shapes = ["kursi", "meja", "lemari", "rak", "bangku", "pintu", "jendela", "tikar"]
    rows = []
    for at in range(64):
        title = f"{shapes[at // 8]} {words[at % 8]} nomor {at * 37 % 101}"
        rows.append((f"a{at}", title, f"toko {at % 5}", str(at)))
        if at % 2:
            rows.append((f"b{at}", title.replace("nomor", "no"), f"toko {at % 5}", str(at)))
    path = tmp_path / "things.csv"
    pl.DataFrame(rows, schema=["id", "title", "seller", "thing"], orient="row").write_csv(path)
    done = datasets.measure_file(path, truth="thing")
    assert done.linked.way == "unlabelled"
    assert done.evaluation.f1.value > 0.9


def test_a_missing_truth_column_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("name,sex\nBudi,L\nAni,P\n")
    with pytest.raises(datasets.TruthColumnAbsent, match="Yang ada: name, sex"):
        datasets.measure_file(path, truth="cluster")


def test_an_empty_truth_column_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("name,sex,cluster\nBudi,L,\nAni,P,\n")
    with pytest.raises(datasets.NoTruth):
        datasets.measure_file(path, truth="cluster")


def test_two_records_are_enough(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("name,sex,birth_date,cluster\nBudi Santoso,L,1990-02-03,1\nAni,P,1991-01-01,2\n")
    done = datasets.measure_file(path, truth="cluster")
    assert done.evaluation.pairs == 0
    assert datasets.peak_megabytes() > 0
