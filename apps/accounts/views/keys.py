"""One's own keys for the API: the list, a new one (shown once), ending one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.forms import ApiKeyForm
from apps.accounts.guards import UserRequest, requires
from apps.accounts.keys import KeyRefused, keys_of, make_key, revoke_key
from apps.accounts.pages import page_of
from apps.accounts.roles import Permission
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act, once_per_act


@requires(Permission.USE_DESK)
def keys(request: UserRequest) -> HttpResponse:
    facts = {
        "title": _("接口密钥"),
        "lead": _("让程序以您的名义使用接口。密钥等于您的账号：只给自己的程序，不用了马上停用。"),
        "page": page_of(request, keys_of(request.user, by=request.user)),
        "now": timezone.now(),
    }
    return render(request, "accounts/keys.html", facts)


@requires(Permission.USE_DESK)
@once_per_act()
def key_make(request: UserRequest) -> HttpResponse:
    form = ApiKeyForm(request.POST or None)
    if form.is_valid():
        try:
            made, secret = make_key(**form.asked(), now=timezone.now(), by=request.user)
        except KeyRefused as refusal:
            note_refusal(form, refusal)
        else:
            facts = {"title": _("密钥已生成"), "made": made, "secret": secret}
            return render(request, "accounts/key_made.html", facts)
    facts = {"title": _("生成接口密钥"), "act": new_act(), "submit_label": _("生成")}
    return show_form(request, "accounts/key_make.html", form, facts)


@requires(Permission.USE_DESK)
@require_POST
def key_revoke(request: UserRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(keys_of(request.user, by=request.user), public_id=public_id)
    revoke_key(found, now=timezone.now(), by=request.user)
    messages.success(
        request, _("“%(name)s”已停用，用它的程序下一次请求就会被拒绝。") % {"name": found.name}
    )
    return redirect("accounts:keys")
