"""Measure the matching on invented people whose truth is known, and keep the result beside the model; the page of its quality shows it.

    python tools/quality.py                    200,000 records of the test half
    python tools/quality.py --records 20000    fewer

Run it after every change of the model. The test half holds other people than the training half, and kinds of errors that no model saw.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "src" / "sertakan" / "linkage" / "data" / "evaluation.json"


def main() -> None:
    """Generate, link, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=float, default=0.25)
    words = parser.parse_args()
    from sertakan.linkage import datasets, engine
    from sertakan.synthetic import labelled

    frame = labelled.generate(words.records, seed=words.seed, half="test", errors=words.errors)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "berlabel.csv"
        frame.write_csv(path)
        measured = datasets.measure_file(path, truth="cluster", id_column="record_id", way="trained")
    result = measured.as_dict()
    for name in ("mapping", "unused"):
        result.pop(name, None)
    kept = {
        "made_on": datetime.now(UTC).date().isoformat(),
        "model_hash": engine.shipped_model().hash,
        "engine": f"splink {version('splink')}",
        "set": {
            "records": frame.height, "people": frame["cluster"].n_unique(), "half": "test", "seed": words.seed,
            "errors": words.errors,
        },
        "result": result,
    }  # fmt: skip
    FILE.write_text(_lines(kept) + "\n", encoding="utf-8")
    print(f"{FILE.name}: precision {result['precision']:.4f}, recall {result['recall']:.4f}, F1 {result['f1']:.4f}")


def _lines(value: object, depth: int = 0) -> str:
    """JSON with one entry of a list or a table on a line, so that a change of the model is a change that can be read."""
    plain = json.dumps(value, sort_keys=True)
    if len(plain) < 200 or not isinstance(value, dict | list):
        return plain
    space = "\n" + " " * (depth + 1)
    if isinstance(value, list):
        return "[" + space + f",{space}".join(_lines(one, depth + 1) for one in value) + "]"
    entries = (f"{json.dumps(name)}: {_lines(value[name], depth + 1)}" for name in sorted(value))
    return "{" + space + f",{space}".join(entries) + "}"


if __name__ == "__main__":
    main()
