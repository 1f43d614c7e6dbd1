"""Pictures of coverage: what they say and their rows (`facts`), their drawing on pages (`drawing`), and as files (`files`).

A picture on a page and its download are made from the same object, so that they can never say different things.
"""

from sertakan.web.coverage_pictures.facts import Column, Picture

__all__ = ["Column", "Picture"]
