"""What is typed to change a policy: new values beside the old ones, never a premium."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.dates import DAY
from apps.core.templatetags.ui import wan, yuan
from apps.enterprises.fields import CountField, DayField, IndustryField
from apps.policies.changes.models import ChangeRequest
from apps.policies.models import Policy
from apps.policies.rules.amending import Amendment, Terms
from apps.policies.selectors.refusing import CONSTRUCTION
from apps.policies.selectors.stack import Part, stack_of


class ReasonField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=300, widget=forms.Textarea(attrs={"rows": 2}), **options)


class EndorsementForm(forms.Form):
    """Filled with what holds on the day: what is left as it is stays as it is."""

    effective_on = DayField(
        label=gettext_lazy("生效日"),
        help_text=gettext_lazy("当日零时起生效"),
        error_messages={"required": gettext_lazy("请填写生效日。")},
    )
    heads = CountField(label=gettext_lazy("被保险人数（批改后）"), required=True, min_value=1)
    limit = forms.ChoiceField(label=gettext_lazy("每人责任限额"))
    deductible = forms.ChoiceField(label=gettext_lazy("每次事故免赔额"))
    industry = IndustryField(label=gettext_lazy("行业"), required=False)
    address = forms.CharField(label=gettext_lazy("地址"), max_length=400)
    until = DayField(
        label=gettext_lazy("延长到哪一天（含）"),
        required=False,
        help_text=gettext_lazy("工程没有完工时填写，最多180天"),
    )
    reason = ReasonField(
        label=gettext_lazy("原因"),
        required=False,
        help_text=gettext_lazy("生效日早于今天时必填"),
    )

    def __init__(
        self,
        *args: Any,
        policy: Policy,
        today: date,
        wish: ChangeRequest | None = None,
        heads: str = "",
        **options: Any,
    ) -> None:
        self.stack = stack_of(policy)
        day = wish.effective_on if wish else max(today + DAY, self.stack.term.start)
        now = self.part_on(day)
        terms = now.terms if now else Terms.of(self.stack.rows[-1].terms_after)
        current = terms.industry
        if wish:
            terms = Amendment.of(wish.changes).applied(terms)
        start = {
            "effective_on": day,
            "heads": int(heads[:7]) if heads.isdecimal() else terms.heads,
            "limit": str(terms.limit),
            "deductible": str(terms.deductible),
            "address": terms.address,
        }
        super().__init__(*args, **options | {"initial": start})
        version = policy.product_version
        self.choose("limit", [row.per_person for row in version.limits.all()], wan)
        self.choose("deductible", [row.amount for row in version.deductibles.all()], yuan)
        self.fields["industry"].help_text = _("现在是：%(name)s；不改就留空") % {"name": current}
        if not policy.industry_name.startswith(CONSTRUCTION):
            del self.fields["until"]

    def choose(self, name: str, values: Any, words: Any) -> None:
        field: Any = self.fields[name]
        field.choices = [(str(value), words(value)) for value in values]

    def part_on(self, day: date) -> Part | None:
        return self.stack.on(day, self.stack.last_moment)

    @property
    def amendment(self) -> Amendment:
        """What of it differs from the terms of the day it takes effect."""
        given = self.cleaned_data
        part = self.part_on(given["effective_on"])
        terms = part.terms if part else Terms.of(self.stack.rows[-1].terms_after)
        industry = given.get("industry")
        name = f"{industry.code} {industry.name}" if industry else terms.industry
        until = given.get("until")
        return amendment_to(
            terms,
            heads=given["heads"],
            limit=given["limit"],
            deductible=given["deductible"],
            industry=name,
            address=given["address"].strip(),
            until=until + DAY if until else None,
        )


def amendment_to(terms: Terms, *, until: date | None = None, **wanted: Any) -> Amendment:
    """The change that leads from some terms to others."""
    new = Terms.of(terms.document() | {name: value for name, value in wanted.items() if value})
    told = {
        name: getattr(new, name)
        for name in ("limit", "deductible", "industry", "address")
        if getattr(new, name) != getattr(terms, name)
    }
    return Amendment(heads_by=new.heads - terms.heads, until=until, **told)


class CancellationForm(forms.Form):
    effective_on = DayField(
        label=gettext_lazy("解除日"),
        help_text=gettext_lazy("当日零时起不再承保；不能早于今天"),
        error_messages={"required": gettext_lazy("请填写解除日。")},
    )
    ground: Any = forms.ModelChoiceField(
        label=gettext_lazy("解除情形"),
        queryset=None,
        to_field_name="code",
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("只能出于产品列明的法定情形；“别家便宜”不是理由"),
        error_messages={"required": gettext_lazy("请选择解除情形。")},
    )

    def __init__(self, *args: Any, policy: Policy, **options: Any) -> None:
        super().__init__(*args, **options)
        grounds: Any = self.fields["ground"]
        grounds.queryset = policy.product_version.cancellation_grounds.order_by("order")
        grounds.label_from_instance = lambda row: (
            _("%(label)s（证明：%(evidence)s）")
            % {
                "label": row.label,
                "evidence": row.evidence_label,
            }
        )


class ConfirmForm(forms.Form):
    """What was shown, by its mark, and why; a proof where one is asked for."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=40)
    reason = ReasonField(label=gettext_lazy("原因"), required=False)


class ReasonedForm(ConfirmForm):
    reason = ReasonField(
        label=gettext_lazy("原因"),
        error_messages={"required": gettext_lazy("请说明原因。")},
    )


class ProofForm(ConfirmForm):
    proof = forms.FileField(
        label=gettext_lazy("证明文件"),
        help_text=gettext_lazy("PDF或照片"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": gettext_lazy("请上传证明文件。"),
            "empty": gettext_lazy("文件是空的。请检查后重新选择。"),
        },
    )


class AnswerForm(forms.Form):
    answer = ReasonField(
        label=gettext_lazy("不同意的理由"),
        error_messages={"required": gettext_lazy("请说明理由，企业会看到。")},
    )
