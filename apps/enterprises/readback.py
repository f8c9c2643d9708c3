"""A visitor's answers as they are read back before they are sent."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from apps.enterprises.answers import of_enterprise, of_people, of_site, of_tags
from apps.enterprises.forms.visitors import TITLES


def sections_of_visitor(
    forms: dict[str, Any], kept: dict[str, str], url: Callable[[str], str]
) -> list[dict[str, Any]]:
    """One section per step, each with its way back."""
    account = forms["account"].cleaned_data
    rows = {
        "enterprise": of_enterprise(forms["enterprise"].cleaned_data),
        "site": of_site(forms["site"].cleaned_data),
        "people": of_people(forms["people"]),
        "risks": of_tags(forms["risks"].cleaned_data["tags"]) | _of_accident(forms["risks"]),
        "account": {
            "name": account["name"],
            "phone": account["phone"],
            "email": account["email"],
            "password": _("已设置"),
            "file": kept["name"],
        },
    }
    return [
        {
            "title": TITLES[step],
            "change_url": f"{url(step)}?check",
            "rows": [
                {"label": _label(forms[step], key), "value": value}
                for key, value in answers.items()
            ],
        }
        for step, answers in rows.items()
    ]


def _label(form: Any, key: Any) -> Any:
    return form.fields[key].label if key in form.fields else key


def _of_accident(form: Any) -> dict[str, Any]:
    death = form.death
    if death is None:
        return {"had_death": _("没有发生过")}
    told = {"had_death": _("发生过"), "accident_on": death.happened_on, "died_on": death.died_on}
    return told | ({"is_road_or_fire": _("是")} if death.is_road_or_fire else {})
