"""Loading of areas, their other names, and identity prefixes."""

from sertakan.areas.services.areas import load_areas
from sertakan.areas.services.boundaries import BoundariesLoaded, load_boundaries
from sertakan.areas.services.files import SHIPPED, Edition
from sertakan.areas.services.names import load_aliases, load_identity_prefixes

__all__ = [
    "SHIPPED",
    "BoundariesLoaded",
    "Edition",
    "load_aliases",
    "load_areas",
    "load_boundaries",
    "load_identity_prefixes",
]
