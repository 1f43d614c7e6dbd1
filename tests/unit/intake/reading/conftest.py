"""Puts this folder on the path, so that the tests of reading share `makers`."""
