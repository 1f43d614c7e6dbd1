"""Puts this folder on the path, so that the tests of mapping and checks share `intake_sheets`."""
