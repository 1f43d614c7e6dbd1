"""The API: the same queries and services as the pages, typed, with OpenAPI 3.1."""
