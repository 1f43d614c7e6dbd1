"""Open data: what anybody may take. Only published counts of a snapshot go in, so that nothing here can tell of a person.

Files are the same in every language of the page: names of columns are fixed, values are Indonesian.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sertakan.areas.bps import bps_code
from sertakan.coverage import queries
from sertakan.coverage.definitions import DEFINITIONS, OWN
from sertakan.coverage.figures import AREAS, Point, Series, SnapshotRow

SMALLEST = 10
"""Totals of our own below this are left out of the series."""
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME: Final = "CC BY 4.0"
AREA_LICENCE: Final = "https://opendatacommons.org/licenses/odbl/1-0/"
AREA_RIGHTS: Final = (
    "Angkanya CC BY 4.0. Kode dan nama wilayah memuat informasi dari idn-area-data dengan Open Database License (ODbL) 1.0; "
    "kode BPS kecamatan dari territory-indonesia dengan lisensi MIT."
)
REFERENCES: Final = (
    "Kode wilayah: Kepmendagri 300.2.2-2430 Tahun 2025. Kode BPS kabupaten/kota: angka yang sama tanpa titik. Kode BPS kecamatan: daftar "
    "sekitar 2019, dicocokkan menurut nama; 17.09.11 belum ada padanannya. Kode BPS desa/kelurahan tidak dimuat: belum ada daftar padanan "
    "yang boleh diterbitkan ulang."
)
ENDINGS: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
CATALOGUE: Final = "katalog"
COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "kode": ("xsd:string", "Kode menurut klasifikasi kumpulan data ini; untuk wilayah, kode Kementerian Dalam Negeri."),
    "kode_bps": (
        "xsd:string",
        "Kode BPS kabupaten/kota dan kecamatan; kosong bila tidak diketahui, dan untuk desa/kelurahan.",
    ),
    "nama": ("xsd:string", "Nama."),
    "tanggal": ("xsd:date", "Hari yang digambarkan."),
    "terlindungi": ("xsd:integer", "Banyaknya pekerja; kosong bila disembunyikan."),
    "disembunyikan": ("xsd:boolean", "Benar bila angkanya terlalu kecil untuk dibuka."),
    "penyebut": ("xsd:integer", "Dari berapa; kosong bila tidak diterbitkan dan tidak ditaksir."),
    "penyebut_rendah": ("xsd:integer", "Batas bawah penyebut."),
    "penyebut_tinggi": ("xsd:integer", "Batas atas penyebut."),
    "penyebut_taksiran": ("xsd:boolean", "Benar bila penyebutnya ditaksir."),
    "bagian": ("xsd:decimal", "Terlindungi dibagi penyebut, dari 0 sampai 1."),
}
SERIES_COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "deret": ("xsd:string", "Nama deret; titik dari deret yang berlainan tidak boleh disambung."),
    "jenis": ("xsd:string", "official: diterbitkan pihak lain; own: hitungan sendiri."),
    "definisi": ("xsd:string", "Apa yang dihitung."),
    "tanggal": ("xsd:date", "Hari yang digambarkan."),
    "bagian": ("xsd:decimal", "Bagian, dari 0 sampai 1."),
    "pembilang": ("xsd:integer", "Banyaknya orang."),
    "penyebut": ("xsd:integer", "Dari berapa."),
    "sumber": ("xsd:string", "Siapa yang mengatakan."),
    "catatan": ("xsd:string", "Keraguan dan keterangan."),
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """One collection under a stable name. `by`: the way to look at the count, or empty for the series over time."""

    slug: str
    by: str
    title: str | Promise
    about: str | Promise
    classification: str


DATASETS: Final = (
    Dataset(
        "perlindungan-kabupaten",
        "regency",
        _("Perlindungan menurut kabupaten/kota"),
        _("Pekerja terlindungi lewat program Sertakan di tiap kabupaten dan kota."),
        "Kode wilayah Kementerian Dalam Negeri",
    ),
    Dataset(
        "perlindungan-kecamatan",
        "district",
        _("Perlindungan menurut kecamatan"),
        _("Pekerja terlindungi lewat program Sertakan di tiap kecamatan."),
        "Kode wilayah Kementerian Dalam Negeri",
    ),
    Dataset(
        "perlindungan-desa",
        "village",
        _("Perlindungan menurut desa/kelurahan"),
        _("Pekerja terlindungi lewat program Sertakan di tiap desa dan kelurahan."),
        "Kode wilayah Kementerian Dalam Negeri",
    ),
    Dataset(
        "perlindungan-sektor",
        "sector",
        _("Perlindungan menurut sektor"),
        _("Pekerja terlindungi lewat program Sertakan menurut lapangan usaha."),
        "KBLI",
    ),
    Dataset(
        "perlindungan-kelamin",
        "sex",
        _("Perlindungan menurut jenis kelamin"),
        _("Pekerja terlindungi lewat program Sertakan, laki-laki dan perempuan."),
        "L, P",
    ),
    Dataset(
        "perlindungan-umur",
        "age",
        _("Perlindungan menurut umur"),
        _("Pekerja terlindungi lewat program Sertakan menurut kelompok umur."),
        "Kelompok sepuluh tahunan",
    ),
    Dataset(
        "perlindungan-dana",
        "funding",
        _("Perlindungan menurut sumber dana"),
        _("Pekerja terlindungi lewat program Sertakan menurut asal uang iurannya."),
        "Sumber dana program",
    ),
    Dataset(
        "deret",
        "",
        _("Deret waktu"),
        _(
            "Angka cakupan yang diterbitkan BPJS Ketenagakerjaan dan hitungan program ini, masing-masing dengan definisinya."
        ),
        "Tanggal",
    ),
)
BY_SLUG: Final[Mapping[str, Dataset]] = {one.slug: one for one in DATASETS}


def stamp(body: bytes) -> str:
    """What a kept copy is compared by: another content is another stamp, whatever changed it (count, denominators, names, outlines)."""
    return hashlib.sha256(body).hexdigest()[:32]


def rows_of(dataset: Dataset, snapshot: SnapshotRow | None) -> list[dict[str, Any]]:
    """The rows of a collection; hidden counts are blank. Nothing is opened here whoever asks."""
    with translation.override("id"):
        if not dataset.by:
            return _series_rows()
        if snapshot is None:
            return []
        return [
            {
                "kode": cell.code,
                "kode_bps": bps_code(cell.code) if dataset.by in AREAS else "",
                "nama": str(cell.name),
                "tanggal": snapshot.on.isoformat(),
                "terlindungi": cell.numerator,
                "disembunyikan": cell.suppressed,
                "penyebut": cell.denominator,
                "penyebut_rendah": cell.low,
                "penyebut_tinggi": cell.high,
                "penyebut_taksiran": cell.estimated,
                "bagian": None if cell.share is None else round(cell.share, 6),
            }
            for cell in queries.cells(snapshot, dataset.by)
        ]


def _series_rows() -> list[dict[str, Any]]:
    return [
        {
            "deret": one.slug,
            "jenis": one.kind,
            "definisi": str(DEFINITIONS.get(one.definition, one.definition)),
            "tanggal": point.on.isoformat(),
            "bagian": None if point.value is None or _small(one, point) else round(point.value, 6),
            "pembilang": None if _small(one, point) else point.numerator,
            "penyebut": point.denominator,
            "sumber": str(point.source),
            "catatan": str(point.note),
        }
        for one in queries.series()
        for point in one.points
    ]


def _small(one: Series, point: Point) -> bool:
    """Whether a total of our own is as small as a hidden count: in the first months of a programme."""
    return one.kind == "own" and 0 < (point.numerator or 0) < SMALLEST


def file_of(dataset: Dataset, snapshot: SnapshotRow | None, ending: str, *, address: str) -> bytes:
    """The collection as a file of one of `ENDINGS`; `address` is where it lies."""
    rows = rows_of(dataset, snapshot)
    columns = COLUMNS if dataset.by else SERIES_COLUMNS
    if ending == "json":
        with translation.override("id"):
            body = {"metadata": metadata(dataset, snapshot, address=address), "data": rows}
        return json.dumps(body, ensure_ascii=False, indent=1).encode()
    import polars as pl

    kinds = {"xsd:integer": pl.Int64, "xsd:boolean": pl.Boolean, "xsd:decimal": pl.Float64}
    texts = {name: kinds.get(kind, pl.String) for name, (kind, _about) in columns.items()}
    frame = pl.DataFrame(rows, schema=texts).with_columns(pl.col("tanggal").str.to_date())
    out = io.BytesIO()
    if ending == "csv":
        frame.write_csv(out)
    else:
        frame.write_parquet(out, compression="zstd", statistics=True)
    return out.getvalue()


def metadata(dataset: Dataset, snapshot: SnapshotRow | None, *, address: str) -> dict[str, Any]:
    """What Satu Data asks of statistical metadata: concept, definition, classification, measure, unit, and whence."""
    return {
        "judul": str(dataset.title),
        "uraian": str(dataset.about),
        "konsep": "Pekerja terlindungi jaminan sosial ketenagakerjaan",
        "definisi": str(DEFINITIONS[OWN]) if dataset.by else "Definisi tiap deret ada pada barisnya.",
        "klasifikasi": dataset.classification,
        "ukuran": "Jumlah dan bagian",
        "satuan": "Orang",
        "rumus": "bagian = terlindungi / penyebut"
        if dataset.by
        else "bagian = pembilang / penyebut, sejauh keduanya diterbitkan",
        "interpretasi": "Makin besar, makin banyak pekerja yang terlindungi. Bukan cakupan BPJS Ketenagakerjaan, yang mungkin sudah memuat "
        "mereka."
        if dataset.by
        else "Titik dari deret yang berlainan tidak boleh disambung.",
        "tingkat_penyajian": str(dataset.title),
        "akses_umum": True,
        "tanggal": snapshot.on.isoformat() if snapshot and dataset.by else None,
        "diperbarui": snapshot.built_at.isoformat() if snapshot else None,
        "lisensi": LICENCE,
        "hak": AREA_RIGHTS if dataset.by in AREAS else "CC BY 4.0.",
        "kode_rujukan": REFERENCES if dataset.by in AREAS else None,
        "alamat": address,
        "penyembunyian": "Hitungan yang sangat kecil dikosongkan, bersama hitungan lain yang dapat membukanya.",
        "kolom": [
            {"nama": name, "jenis": kind, "uraian": about}
            for name, (kind, about) in (COLUMNS if dataset.by else SERIES_COLUMNS).items()
        ],
    }


_EU: Final = "http://publications.europa.eu/resource/authority"
_MEDIA: Final = "https://www.iana.org/assignments/media-types"


def catalogue(snapshot: SnapshotRow | None, *, root: str) -> dict[str, Any]:
    """All collections as a DCAT 3 catalogue in JSON-LD, as DCAT-AP asks for it; `root` is the address of the catalogue's page."""
    with translation.override("id"):
        return {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@id": root,
            "@type": "dcat:Catalog",
            "dct:title": _text("Data terbuka Sertakan"),
            "dct:description": _text(
                "Jumlah pekerja yang terlindungi lewat program Sertakan, dan angka cakupan yang diterbitkan."
            ),
            "dct:language": {"@id": f"{_EU}/language/IND"},
            "dct:license": {"@id": LICENCE},
            "dct:publisher": _publisher(root),
            "foaf:homepage": {"@id": root},
            "dcat:dataset": [_described(one, snapshot, root) for one in DATASETS],
        }


def _text(words: str) -> dict[str, str]:
    return {"@value": words, "@language": "id"}


def _publisher(root: str) -> dict[str, str]:
    return {"@id": f"{root}#pengelola", "@type": "foaf:Agent", "foaf:name": "Pengelola program Sertakan"}


def _described(one: Dataset, snapshot: SnapshotRow | None, root: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@id": f"{root}#{one.slug}",
        "@type": "dcat:Dataset",
        "dct:identifier": one.slug,
        "dct:title": _text(str(one.title)),
        "dct:description": _text(str(one.about)),
        "dct:language": {"@id": f"{_EU}/language/IND"},
        "dct:license": {"@id": LICENCE},
        "dct:publisher": _publisher(root),
        "dct:accessRights": {"@id": f"{_EU}/access-right/PUBLIC"},
        "dct:conformsTo": {"@type": "dct:Standard", "dct:title": _text(one.classification)},
        "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/MONTHLY"},
        "dct:spatial": {"@type": "dct:Location", "dct:identifier": "17", "rdfs:label": _text("Provinsi Bengkulu")},
        "dcat:keyword": [
            _text(word) for word in ("jaminan sosial ketenagakerjaan", "pekerja bukan penerima upah", "perlindungan")
        ],
        "dcat:landingPage": {"@id": f"{root}#{one.slug}"},
        "dcat:distribution": [
            {
                "@id": f"{root}{one.slug}.{ending}",
                "@type": "dcat:Distribution",
                "dct:title": _text(f"{one.title} ({ending.upper()})"),
                "dct:format": {"@id": f"{_EU}/file-type/{ending.upper()}"},
                "dcat:mediaType": {"@id": f"{_MEDIA}/{kind.partition(';')[0]}"},
                "dcat:accessURL": {"@id": f"{root}{one.slug}.{ending}"},
                "dcat:downloadURL": {"@id": f"{root}{one.slug}.{ending}"},
                "dct:license": {"@id": LICENCE},
            }
            for ending, kind in ENDINGS.items()
        ],
    }
    if one.by in AREAS:
        described["dct:rights"] = {
            "@type": "dct:RightsStatement",
            "rdfs:label": _text(AREA_RIGHTS),
            "rdfs:seeAlso": {"@id": AREA_LICENCE},
        }
    if snapshot is not None:
        described["dct:modified"] = {"@value": snapshot.built_at.isoformat(), "@type": "xsd:dateTime"}
        if one.by:
            day = {"@value": snapshot.on.isoformat(), "@type": "xsd:date"}
            described["dct:temporal"] = {"@type": "dct:PeriodOfTime", "dcat:startDate": day, "dcat:endDate": day}
    return described
