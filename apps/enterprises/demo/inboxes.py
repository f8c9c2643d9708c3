"""What waits for people when they come in: notices, open invitations, sites shared by name."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from apps.accounts.access import share
from apps.accounts.models import Invitation, User
from apps.core.audit import target_of
from apps.enterprises.demo import names
from apps.enterprises.demo.draws import public_id, stream
from apps.enterprises.demo.firms import Firm
from apps.enterprises.demo.people import DOMAIN
from apps.enterprises.demo.stories import Act, Chronicle
from apps.enterprises.demo.telling import Cast
from apps.enterprises.models import Site
from apps.messaging.models import Notice

VALID_FOR = timedelta(days=7)
# Who invited, into which role, days ago. The second has lapsed.
INVITED = (
    ("enterprise_owner", "enterprise_clerk", 1),
    ("insurer_admin", "service_officer", 9),
    ("agency_manager", "agency_engineer", 2),
    ("broker_admin", "broker_subsidies", 3),
    ("district_officer", "district_leader", 1),
    ("association_officer", "association_officer", 4),
)


def draw_invitations(chronicle: Chronicle, cast: Cast) -> Iterator[Invitation]:
    for number, (inviter, role, days) in enumerate(INVITED, start=1):
        rng = stream(chronicle.seed, "invitation", number)
        by = cast.first(inviter)
        created_at = morning(chronicle.today - timedelta(days=days))
        yield Invitation(
            public_id=public_id("inv", rng),
            organisation=by.organisation,
            role=role,
            name=names.person(rng),
            email=f"invited.{number}@{DOMAIN}",
            created_at=created_at,
            expires_at=created_at + VALID_FOR,
            invited_by=by,
        )


def act_of_inviting(invitation: Invitation) -> Act:
    return Act(
        invitation.created_at,
        "person.invited",
        target_of(invitation),
        str(invitation),
        invitation.audience,
        {"role": invitation.role, "name": invitation.name},
    )


def shared_sites(chronicle: Chronicle, cast: Cast) -> list[tuple[User, Site]]:
    """One each, of firms whose people have accounts, so that both ends can be looked at."""
    sites = [rows.site for firm in chronicle.chosen for rows in firm.sites]
    helpers = cast.all("expert") + cast.all("agency_engineer")
    return list(zip(helpers, sites, strict=False))


def share_sites(chronicle: Chronicle, cast: Cast) -> None:
    for person, site in shared_sites(chronicle, cast):
        by = cast.bureaus[site.district_id]
        share(site, with_user=person, by=by, reason="安排现场检查（示范数据）")


def draw_notices(chronicle: Chronicle, cast: Cast) -> list[Notice]:
    written = [
        *_to_firms(chronicle, cast),
        *_to_bureaus(chronicle, cast),
        *_to_insurers(chronicle, cast),
        *_to_helpers(chronicle, cast),
    ]
    written.sort(key=lambda notice: notice.created_at)
    for number, notice in enumerate(written, start=1):
        notice.public_id = public_id("ntc", stream(chronicle.seed, "notice", number))
        notice.once = f"demo:{number}"
    return written


def _to_firms(chronicle: Chronicle, cast: Cast) -> Iterator[Notice]:
    """Of the first site everybody has read; that an insurer was named, nobody."""
    for firm in chronicle.chosen:
        begun, url = firm.enterprise.registered_at, firm.enterprise.get_absolute_url()
        people = [one for one in cast.people if one.organisation_id == firm.organisation.pk]
        for person in people:
            for rows in firm.sites:
                text = f"新增场所“{rows.site.name}”。"
                yield Notice(
                    receiver=person,
                    title="企业资料有变更",
                    text=text,
                    url=url,
                    created_at=begun,
                    read_at=begun + timedelta(hours=3),
                )
            yield from _of_insurer(firm, person, chronicle.today)


def _of_insurer(firm: Firm, person: User, today: date) -> Iterator[Notice]:
    served = [rows.site for rows in firm.sites if rows.site.insurer]
    for site in served[:1]:
        yield Notice(
            receiver=person,
            title="服务的承保机构有变更",
            text=f"场所“{site.name}”服务的承保机构：{site.insurer}。",
            url=site.get_absolute_url(),
            created_at=morning(today - timedelta(days=2)),
        )


def _to_bureaus(chronicle: Chronicle, cast: Cast) -> Iterator[Notice]:
    url = f"{reverse('enterprises:list')}?state=registered"
    for district, officer in cast.bureaus.items():
        yield Notice(
            receiver=officer,
            title="有企业登记后还没有核实",
            text=f"本区有{chronicle.unverified[district or 0]}个场所所属企业待核实。",
            url=url,
            created_at=morning(chronicle.today),
        )


def _to_insurers(chronicle: Chronicle, cast: Cast) -> Iterator[Notice]:
    for person in cast.all("underwriter") + cast.all("service_officer"):
        if site := chronicle.served.get(person.organisation_id):
            yield Notice(
                receiver=person,
                title="新增服务的场所",
                text=f"{site.enterprise.name}“{site.name}”已指定由贵机构服务。",
                url=site.get_absolute_url(),
                created_at=morning(chronicle.today - timedelta(days=1)),
            )


def _to_helpers(chronicle: Chronicle, cast: Cast) -> Iterator[Notice]:
    for person, site in shared_sites(chronicle, cast):
        yield Notice(
            receiver=person,
            title="有场所指名共享给您",
            text=f"{site.enterprise.name}“{site.name}”：安排现场检查。",
            url=site.get_absolute_url(),
            created_at=morning(chronicle.today),
        )


def morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(8, 30)))
