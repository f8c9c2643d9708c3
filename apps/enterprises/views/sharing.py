"""A site shared with an expert or engineer by name."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.idempotency import once_per_act
from apps.enterprises.forms.base import ReasonForm
from apps.enterprises.forms.sites import ShareForm
from apps.enterprises.selectors.people import people_sharing
from apps.enterprises.services import share_site, unshare_site
from apps.enterprises.views.moves import done, form_page, site_for


@requires(Permission.SHARE_ROWS)
@once_per_act()
def share(request: UserRequest, public_id: str) -> HttpResponse:
    found, form = site_for(request.user, public_id), ShareForm(request.POST or None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        share_site(site=found, person=form.chosen, reason=reason, by=request.user)

    if done(form, act):
        messages.success(request, _("已共享。对方现在可以看到这个场所。"))
        return redirect(f"{found.get_absolute_url()}?tab=related")
    lead = _("专家和服务机构的工程师本来看不到企业资料。共享后只能看到这一个场所，随时可以收回。")
    return form_page(request, form, found, title=_("指名共享"), submit=_("共享"), lead=lead)


@requires(Permission.SHARE_ROWS)
@once_per_act()
def unshare(request: UserRequest, public_id: str, person_id: str) -> HttpResponse:
    found = site_for(request.user, public_id)
    person = next((one for one in people_sharing(found) if one.public_id == person_id), None)
    if person is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if done(
        form, lambda: unshare_site(site=found, person=person, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("共享已收回。"))
        return redirect(f"{found.get_absolute_url()}?tab=related")
    title = _("收回对%(name)s的共享") % {"name": person.name}
    return form_page(request, form, found, title=title, submit=_("收回共享"))
