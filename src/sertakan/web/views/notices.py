"""What somebody was told: the own notices, a message opened in WhatsApp, and the operator's queue of mail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number
from sertakan.notices import queries, services
from sertakan.notices.settings import mail_is_configured
from sertakan.web.guards import page_of, roles_required


@roles_required()
@require_GET
def notices(request: ScopedRequest) -> HttpResponse:
    """The own notices, newest first; unread ones only when asked for."""
    unread = request.GET.get("tampil") == "baru"
    page = page_of(request, queries.inbox(unread=unread))
    context = {
        "page": page,
        "count": page.paginator.count,
        "unread": unread,
        "fresh": queries.unread_count(),
        "tabs": [
            {"label": _("Semua"), "url": "?", "current": not unread, "count": None},
            {"label": _("Belum dibaca"), "url": "?tampil=baru", "current": unread, "count": queries.unread_count()},
        ],
        "mail": request.actor.has("operator"),
    }
    return TemplateResponse(request, "notices/notices.html", context)


@roles_required()
@require_POST
def notice_read(request: ScopedRequest, notice_id: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    notice = services.mark_read(queries.get_notice(notice_id))
    inside = notice.link and url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None)
    return redirect(notice.link if inside and "stay" not in request.POST else "notices")


@roles_required()
@require_POST
def notices_read(request: ScopedRequest) -> HttpResponse:
    """Mark all as read."""
    count = services.mark_all_read()
    text = ngettext("%s pemberitahuan ditandai dibaca.", "%s pemberitahuan ditandai dibaca.", count)
    messages.success(request, text % format_number(count))
    return redirect("notices")


@roles_required("pic", "coordinator", "operator")
@require_POST
def notice_open(request: ScopedRequest, notice_id: int) -> HttpResponse:
    """Note that the clerk opens the message, then lead to WhatsApp with the text already written."""
    notice = queries.get_notice(notice_id)
    try:
        services.mark_opened(notice)
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
        return redirect("warning_messages")
    context = {"notice": notice, "link": queries.whatsapp_link(notice), "text": queries.whatsapp_text(notice)}
    return TemplateResponse(request, "notices/open.html", context)


@roles_required("operator")
@require_GET
def mail(request: ScopedRequest) -> HttpResponse:
    """The queue of e-mails: what waits, what failed and why."""
    page = page_of(request, queries.mail())
    context = {
        "page": page,
        "count": page.paginator.count,
        "queue": queries.mail_queue(),
        "ready": mail_is_configured(),
    }
    return TemplateResponse(request, "notices/mail.html", context)


@roles_required("operator")
@require_POST
def mail_again(request: ScopedRequest, notice_id: int) -> HttpResponse:
    """Let a failed e-mail be tried again."""
    services.try_again(queries.get_notice(notice_id))
    messages.success(request, _("Surat itu dicoba lagi pada pengiriman berikutnya, paling lama lima menit lagi."))
    return redirect("mail")
