"""The main job in the background. Arguments are ids; the actor is looked up, so that nobody gains rights by queueing."""

from __future__ import annotations

from sertakan.access.models import User
from sertakan.access.queries import actor_for
from sertakan.core import audit, clock, scope
from sertakan.core.queue import task
from sertakan.followup import services as followup
from sertakan.intake.errors import ReadingError
from sertakan.intake.services import report_progress
from sertakan.linkage.errors import RegisterEmpty
from sertakan.programme import files, following, guard, linking, voluntary


def _actor(user_id: int) -> scope.Actor:
    return actor_for(User.objects.get(pk=user_id), on=clock.today()) if user_id else scope.SYSTEM


@task("programme.check_file", retries=3)
def check_file(*, file_id: int, user_id: int) -> None:
    """Read and check an uploaded file. A killed worker leaves nothing half done; the queue gives the job to the next."""

    def progress(step: str, done: int = 0, total: int | None = None) -> None:
        report_progress(file_id=file_id, step=step, done=done, total=total)

    try:
        files.check(file_id=file_id, actor=_actor(user_id), progress=progress)
    except ReadingError:
        progress("refused")  # the file carries the reason; trying again would not change it
        return
    progress("checked")


@task("programme.accept_file", retries=3)
def accept_file(*, file_id: int, user_id: int) -> None:
    """Write the accepted rows of a checked file into the register."""

    def progress(step: str, done: int = 0, total: int | None = None) -> None:
        report_progress(file_id=file_id, step=step, done=done, total=total)

    files.accept(file_id=file_id, actor=_actor(user_id), progress=progress)
    progress("accepted")


@task("programme.answer_file", retries=3)
def check_file_again(*, file_id: int, user_id: int) -> None:
    """Check a file again after its columns were explained."""

    def progress(step: str, done: int = 0, total: int | None = None) -> None:
        report_progress(file_id=file_id, step=step, done=done, total=total)

    files.check(file_id=file_id, actor=_actor(user_id), progress=progress, again=True)
    progress("checked")


@task("programme.link_register", lock="programme.link_register", cron="30 1 * * *")
def link_register(timestamp: int = 0, user_id: int = 0) -> None:
    """Every night, and when asked for: find persons who stand twice. A register in which nothing changed is not compared again."""
    try:
        linking.dedupe(actor=_actor(user_id))
    except RegisterEmpty:
        return


@task("programme.follow_cover", lock="programme.follow_cover", cron="50 1 * * *")
def follow_cover(timestamp: int = 0) -> int:
    """Every night, once states are kept: end the bills of who lost cover; returns how many months were closed as not collected."""
    return voluntary.follow_cover(scope.SYSTEM).closed


@task("programme.guard", lock="programme.guard", cron="0 2 * * *")
def guard_cover(timestamp: int = 0) -> int:
    """Every night: warn of lapses, tell those who can do something; returns how many messages are new."""
    return guard.run(scope.SYSTEM).posted


@task("programme.seal_audit", cron="*/10 * * * *")
def seal_audit(timestamp: int = 0) -> None:
    """Chain the audit events that have been committed since the last time."""
    with scope.acting(scope.SYSTEM, job="seal"):
        audit.seal()


@task("programme.follow_up", lock="programme.follow_up", cron="30 7 * * *")
def follow_up(timestamp: int = 0) -> int:
    """Every morning: count where agencies stand with their duties, then send the reminders whose day has come; how many were sent."""
    with scope.acting(scope.SYSTEM, job="programme.follow_up"):
        following.follow()
    return followup.remind().sent
