from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, FilterSet

from apps.messaging.models import Notice


class NoticeFilter(FilterSet):
    unread = BooleanFilter(label=_("未读"), field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notice
        fields: list[str] = []
