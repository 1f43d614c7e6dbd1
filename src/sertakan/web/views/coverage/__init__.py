"""Pages of coverage: how far, where, how evenly, since when; the leader's page; what is open to everybody."""

from sertakan.web.views.coverage.files import coverage_picture
from sertakan.web.views.coverage.leader import leader, leader_slide
from sertakan.web.views.coverage.level import coverage, coverage_rows
from sertakan.web.views.coverage.nation import national
from sertakan.web.views.coverage.open_data import open_data, open_data_file, open_embed
from sertakan.web.views.coverage.series import coverage_series
from sertakan.web.views.coverage.spread import coverage_evenness, coverage_map

__all__ = [
    "coverage",
    "coverage_evenness",
    "coverage_map",
    "coverage_picture",
    "coverage_rows",
    "coverage_series",
    "leader",
    "leader_slide",
    "national",
    "open_data",
    "open_data_file",
    "open_embed",
]
