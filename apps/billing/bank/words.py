"""What a line's matching says in sentences: why a policy is proposed, and what to look at."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.billing.models import BankLine
from apps.policies.models import Policy

Problem = Sequence[str]


def why_of(codes: Sequence[str]) -> str:
    words = {
        "number": _("附言写有保单号"),
        "payer": _("付款户名与被保险人一致"),
        "amount": _("金额等于尚欠保费"),
    }
    return _("，").join(words[code] for code in codes)


def told_of(problem: Problem) -> str:
    """A sentence that ends in what to do."""
    code, fact = problem
    words = {
        "unreadable": _("这一行读不全：%(fact)s。请照银行回单在保单页登记，再把这一行搁置。"),
        "known": _("回单号早已登记过，金额相同；是同一笔钱，不用再办。"),
        "known_otherwise": _(
            "回单号已登记过，但金额是%(fact)s元。请核对回单，不是同一笔的改正后再导入。"
        ),
        "repeated": _("与第%(fact)s行是同一回单号；同一笔钱只登记一次，多出的这行请搁置。"),
        "elsewhere": _("同一回单号在另一份流水里还没有处理；在一处登记即可。"),
        "future": _("到账日期晚于今天。请核对日期，到账之后再登记。"),
        "closed": _("到账日期所在月份已结账，登记后记入第一个没有结账的月份；认可就选择保单登记。"),
        "unknown": _("付款户名和附言都认不出保单。请查明后填写保单号，或写明理由搁置。"),
        "several": _("有几张保单同样符合。请选择其中一张。"),
        "early": _("到账日期早于出单日期。请核对是不是另一张保单的保费。"),
        "personal": _("疑似个人付款。保费应由单位承担；请先核实，登记后会提示监管部门。"),
        "other_unit": _("付款户名是另一单位。请确认是受企业委托付款，再登记。"),
        "more": _("金额多于尚欠保费。登记后多出的部分待退，请退回付款账户。"),
        "less": _("金额少于尚欠保费。可以先登记为部分到账，余款继续催收。"),
        "weak": _("依据不足。请核对后再登记。"),
        "refused": "%(fact)s",
    }
    return words[code] % {"fact": fact}


def proposals_of(line: BankLine, user: User) -> list[dict[str, Any]]:
    """Each proposed policy with its score and the reasons, best first."""
    keys = [key for key, _score, _why in line.proposals]
    rows = Policy.objects.visible_to(user).for_list().filter(insurer=user.organisation_id)
    found = rows.in_bulk(keys)
    return [
        {"policy": found[key], "score": score, "why": why_of(why)}
        for key, score, why in line.proposals
        if key in found
    ]
