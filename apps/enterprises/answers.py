"""The answers of a registration as people read them back before they send them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.enterprises.forms.registration import TITLES
from apps.enterprises.models import Enterprise, Headcount


def sections_of(forms: dict[str, Any]) -> list[dict[str, Any]]:
    """One section per step, each with its way back."""
    people = forms["people"]
    rows = {
        "enterprise": of_enterprise(forms["enterprise"].cleaned_data),
        "site": of_site(forms["site"].cleaned_data),
        "people": of_people(people) | of_tags(people.cleaned_data["tags"]),
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


def of_enterprise(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"ownership": Enterprise.Ownership(data["ownership"]).label}


def of_site(data: dict[str, Any]) -> dict[str, Any]:
    town = data["town"]
    return {
        "name": data["name"],
        "town": f"{town.district.label} {town.label}",
        "address": data["address"],
        "industry": f"{data['industry']}（{data['industry'].path}）",
        "opened_on": data["opened_on"],
    }


def of_people(form: Any) -> dict[str, Any]:
    counts = {kind: form.counts[kind] for kind in Headcount.KINDS}
    total = {_("合计"): sum(counts.values())} if any(counts.values()) else {}
    known = counts if total else {"production": _("暂不清楚，以后补登")}
    return known | total


def of_tags(tags: Any) -> dict[str, Any]:
    return {"tags": _("、").join(tag.label for tag in tags) or _("没有")}
