"""A site shared with one expert or engineer by name, for the work assigned to them."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.access import share, unshare
from apps.accounts.models import User
from apps.enterprises.errors import ALLOWED, Refusal, ShareRefused, refuse
from apps.enterprises.models import Site, SiteShare
from apps.enterprises.selectors.authority import keeps_register
from apps.enterprises.selectors.people import ASSIGNABLE


def refusal_to_share(site: Site, person: User, *, by: User) -> Refusal:
    if not keeps_register(by):
        return Refusal(_("指名共享由登记机关办理。"))
    if person.organisation.kind not in ASSIGNABLE:
        return Refusal(_("只能共享给专家或服务机构的工程师。"), "person")
    if site.state == Site.State.CLOSED:
        return Refusal(_("场所已关闭，不再共享。"))
    if SiteShare.objects.filter(content_object=site, user_id=person.pk).exists():
        return Refusal(_("已经共享给%(name)s。") % {"name": person.name}, "person")
    return ALLOWED


@transaction.atomic
def share_site(*, site: Site, person: User, reason: str, by: User) -> None:
    """Let an expert or engineer see this site, and of its enterprise nothing else."""
    row = Site.objects.visible_to(by).select_related("enterprise").get(pk=site.pk)
    refuse(ShareRefused, refusal_to_share(row, person, by=by))
    share(row, with_user=person, by=by, reason=reason)


@transaction.atomic
def unshare_site(*, site: Site, person: User, reason: str, by: User) -> None:
    row = Site.objects.visible_to(by).get(pk=site.pk)
    if not keeps_register(by):
        raise ShareRefused(_("指名共享由登记机关办理。"))
    unshare(row, with_user=person, by=by, reason=reason)
