"""Conditions of the lists, the same for pages and API."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet, ModelChoiceFilter

from apps.accounts.actions import ACTIONS
from apps.accounts.kinds import Kind
from apps.accounts.models import Invitation, Organisation, User
from apps.accounts.roles import ROLE_CHOICES
from apps.core.models import AuditEvent
from apps.reference.models import District


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def actions() -> list[tuple[str, Any]]:
    return sorted(ACTIONS.items(), key=lambda item: str(item[1]))


class OrganisationFilter(FilterSet):
    q = CharFilter(label=_("名称"), method="named")
    kind = ChoiceFilter(label=_("类别"), choices=Kind.choices, empty_label=_("全部"))
    district = ModelChoiceFilter(
        label=_("所在区"), queryset=District.objects.all(), empty_label=_("全部")
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def named(self, rows: QuerySet[Organisation], name: str, text: str) -> QuerySet[Organisation]:
        return rows.filter(Q(name__icontains=text) | Q(short_name__icontains=text))


class PersonFilter(FilterSet):
    q = CharFilter(label=_("姓名"), field_name="name", lookup_expr="icontains")
    role = ChoiceFilter(label=_("角色"), choices=ROLE_CHOICES, empty_label=_("全部"))
    state = ChoiceFilter(
        label=_("状态"),
        method="in_state",
        choices=[("active", _("可登录")), ("suspended", _("已停用"))],
        empty_label=_("全部"),
    )

    class Meta:
        model = User
        fields: list[str] = []

    def in_state(self, rows: QuerySet[User], name: str, state: str) -> QuerySet[User]:
        return rows.filter(is_active=state == "active")


class PersonOfAnyFilter(PersonFilter):
    """For whoever manages the accounts of all organisations."""

    organisation = CharFilter(
        label=_("单位名称"), field_name="organisation__name", lookup_expr="icontains"
    )


class InvitationFilter(FilterSet):
    q = CharFilter(label=_("姓名"), field_name="name", lookup_expr="icontains")
    state = ChoiceFilter(label=_("状态"), choices=Invitation.State.choices, empty_label=_("全部"))

    class Meta:
        model = Invitation
        fields: list[str] = []


class EventFilter(FilterSet):
    since = DateFilter(label=_("从"), field_name="day", lookup_expr="gte", widget=day_input())
    until = DateFilter(label=_("到"), field_name="day", lookup_expr="lte", widget=day_input())
    action = ChoiceFilter(label=_("事项"), choices=actions, empty_label=_("全部"))
    actor = CharFilter(label=_("操作人"), field_name="actor_name", lookup_expr="startswith")
    target_name = CharFilter(label=_("对象名称"), lookup_expr="startswith")
    target = CharFilter(widget=forms.HiddenInput())

    class Meta:
        model = AuditEvent
        fields: list[str] = []
