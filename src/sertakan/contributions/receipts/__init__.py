"""Receipts: what a donor gave and where it went, an agency's recap, and the slip that a worker holds in the hand."""
