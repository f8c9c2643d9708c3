"""The answers of a registration as people read them back before they send them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.enterprises.forms.registration import TITLES
from apps.enterprises.models import Enterprise, Headcount


def sections_of(forms: dict[str, Any]) -> list[dict[str, Any]]:
    """One section per step, each with its way back."""
    rows = {
        "enterprise": _of_enterprise(forms["enterprise"].cleaned_data),
        "site": _of_site(forms["site"].cleaned_data),
        "people": _of_people(forms["people"]),
    }
    labels = {name: form.fields for name, form in forms.items()}
    return [
        {
            "title": TITLES[name],
            "change_url": f"{reverse('enterprises:register_step', args=[name])}?check",
            "rows": [
                {"label": labels[name][key].label if key in labels[name] else key, "value": value}
                for key, value in answers.items()
            ],
        }
        for name, answers in rows.items()
    ]


def _of_enterprise(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"ownership": Enterprise.Ownership(data["ownership"]).label}


def _of_site(data: dict[str, Any]) -> dict[str, Any]:
    town = data["town"]
    return {
        "name": data["name"],
        "town": f"{town.district.label} {town.label}",
        "address": data["address"],
        "industry": f"{data['industry']}（{data['industry'].path}）",
        "opened_on": data["opened_on"],
    }


def _of_people(form: Any) -> dict[str, Any]:
    counts = {kind: form.counts[kind] for kind in Headcount.KINDS}
    total = {_("合计"): sum(counts.values())} if any(counts.values()) else {}
    known = counts if total else {"production": _("暂不清楚，以后补登")}
    tags = _("、").join(tag.label for tag in form.cleaned_data["tags"])
    return known | total | {"tags": tags or _("没有")}
