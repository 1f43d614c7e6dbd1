"""The description of the API as it is committed."""

from __future__ import annotations

import json


def openapi_json() -> str:
    """OpenAPI 3.1 of the API, in a stable order."""
    from sertakan.api.app import api

    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True, default=str) + "\n"
