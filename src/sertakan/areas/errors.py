"""Refusals about areas."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotFound


class AreaUnknown(NotFound):
    code = "area_unknown"
    message = "Wilayah dengan kode %(area)s tidak dikenal. Periksa kodenya, misalnya 17 atau 17.71.01.1004."


class ProvinceUnknown(DomainError):
    code = "province_unknown"
    message = "Provinsi dengan kode %(province)s tidak ada dalam berkas %(file)s. Kode provinsi terdiri atas dua angka, misalnya 17."


class EditionOlder(Conflict):
    code = "area_edition_older"
    message = (
        "Berkas %(file)s berlaku sejak %(valid_from)s, tetapi wilayah %(area)s sudah dimuat dari edisi yang berlaku sejak %(known_from)s. "
        "Muat edisi yang lebih baru, atau perbaiki tanggalnya; tidak ada yang disimpan."
    )


class BoundaryFileTooLarge(DomainError):
    code = "boundary_file_too_large"
    message = "Berkas batas %(file)s berukuran %(size)s MB; paling besar %(limit)s MB. Sederhanakan dahulu, misalnya dengan mapshaper."


class BoundaryFileUnreadable(DomainError):
    code = "boundary_file_unreadable"
    message = "Berkas batas %(file)s bukan GeoJSON (FeatureCollection) atau TopoJSON (Topology): %(why)s. Tidak ada yang disimpan."


class BoundaryWrong(DomainError):
    code = "boundary_wrong"
    message = "Berkas batas %(file)s, %(place)s: %(why)s. Tidak ada yang disimpan."
