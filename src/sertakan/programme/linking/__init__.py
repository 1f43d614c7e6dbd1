"""Who is who, across capabilities: the register against itself and against lists, the review of pairs, and the way back."""

from sertakan.programme.linking.arrivals import another_person
from sertakan.programme.linking.foreign import link_file
from sertakan.programme.linking.pairs import Linked
from sertakan.programme.linking.review import QueuePage, Review, decide, queue, review, undo
from sertakan.programme.linking.whole import dedupe

__all__ = [
    "Linked",
    "QueuePage",
    "Review",
    "another_person",
    "decide",
    "dedupe",
    "link_file",
    "queue",
    "review",
    "undo",
]
