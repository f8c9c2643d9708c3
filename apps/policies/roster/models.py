"""The people a policy names, with their days, and the files they came in.

Seen by the enterprise, the insurer that sold the policy and the bureaus of the place; by no
co-insurer, broker, department or finance office.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import EVERYTHING, Key, Rule, ScopedQuerySet, rows
from apps.core.fields import BlindIndexField, EncryptedTextField, PublicIdField
from apps.core.history import tracked
from apps.core.masks import mask_id_number, mask_name
from apps.core.transitions import Transitions
from apps.documents.models import StoredFile
from apps.policies.roster.words import DocumentKind, Employment
from apps.reference.models import District, Town

SEE_PEOPLE: Mapping[str, Rule] = {
    Kind.ENTERPRISE: rows(enterprise=Key.ORGANISATION),
    Kind.INSURER: rows(insurer=Key.ORGANISATION),
    Kind.TOWN_OFFICE: rows(town=Key.TOWN),
    Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
    Kind.CITY_BUREAU: EVERYTHING,
}
ONLY_LOOK = frozenset(Kind) - {Kind.ENTERPRISE, Kind.INSURER}
DIGEST_PART = 15  # hexadecimal signs that fit into a bigint; two parts are 120 bits


def _part(start: int) -> Func:
    """Some signs of a digest as a range of one number: text cannot be excluded without more."""
    signs = Func(F("document_index"), Value(start), Value(DIGEST_PART), function="substr")
    number = Func(signs, template="('x' || %(expressions)s)::bit(60)::bigint")
    return Func(number, number, Value("[]"), function="int8range")


def _days() -> Func:
    return Func(
        F("covered_from"),
        F("covered_to"),
        function="daterange",
        output_field=DateRangeField(),
    )


class OfPolicy(models.Model):
    """Whose the row is: the columns of its policy, so that the database can tell by itself."""

    enterprise = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True

    @property
    def audience(self) -> list[str]:
        return [
            token(Key.ORGANISATION, self.enterprise_id),
            token(Key.ORGANISATION, self.insurer_id),
            token(Key.DISTRICT, self.district_id),
            token(Key.TOWN, self.town_id),
        ]


class ImportState(models.TextChoices):
    STAGED = "staged", _("待核对")
    COMMITTED = "committed", _("已入名单")
    DISCARDED = "discarded", _("已放弃")


IMPORT_MOVES = Transitions(
    "policies.RosterImport",
    ImportState,
    start=[ImportState.STAGED],
    moves=[
        (ImportState.STAGED, ImportState.COMMITTED, _("入名单")),
        (ImportState.STAGED, ImportState.DISCARDED, _("放弃")),
    ],
)


class RosterImportQuerySet(ScopedQuerySet["RosterImport"]):
    scope = SEE_PEOPLE
    read_only = ONLY_LOOK


class RosterImport(OfPolicy):
    """A file of people on its way to a roster; nothing of it counts before it is committed."""

    State = ImportState

    public_id = PublicIdField(prefix="imp")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="imports")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("文件"), max_length=120)
    state = models.CharField(
        _("状态"), max_length=9, choices=ImportState, default=ImportState.STAGED
    )
    created_at = models.DateTimeField(_("上传时间"), default=timezone.now)
    created_by = models.CharField(max_length=40)
    created_by_name = models.CharField(_("上传人"), max_length=150)
    added = models.PositiveIntegerField(_("入名单人数"), default=0)

    objects = RosterImportQuerySet.as_manager()

    transitions = IMPORT_MOVES

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("名单导入")
        triggers = [IMPORT_MOVES.trigger("state")]

    def __str__(self) -> str:
        return self.name


class StagedPersonQuerySet(ScopedQuerySet["StagedPerson"]):
    parent = "batch"
    read_only = ONLY_LOOK


class StagedPerson(models.Model):
    """A row of the file: what stood in it, sealed, and what is wrong with it, if anything."""

    public_id = PublicIdField(prefix="row")
    batch = models.ForeignKey(
        RosterImport, models.CASCADE, related_name="staged_rows", db_index=False
    )
    number = models.PositiveIntegerField(_("行号"))
    cells = EncryptedTextField(_("内容"))
    person_key = models.CharField(max_length=64, blank=True)
    faults = models.JSONField(default=list)
    has_faults = models.BooleanField(default=False)

    objects = StagedPersonQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="staged_person_row"),
            models.UniqueConstraint(
                fields=["batch", "person_key"],
                condition=Q(has_faults=False) & ~Q(person_key=""),
                name="staged_person_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["batch", "number"],
                condition=Q(has_faults=True),
                name="staged_person_faulty",
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"


class InsuredPersonQuerySet(ScopedQuerySet["InsuredPerson"]):
    scope = SEE_PEOPLE
    read_only = ONLY_LOOK

    def live_on(self, day: date) -> Self:
        """Named for that day; of a cover that has not begun, from its first day."""
        return self.filter(covered_from__lte=day, covered_to__gt=day)

    def not_left(self, day: date) -> Self:
        """Those who are or will be covered."""
        return self.filter(covered_to__gt=F("covered_from")).filter(covered_to__gt=day)


@tracked
class InsuredPerson(OfPolicy):
    """Half-open days: from 00:00 of `covered_from` to 00:00 of `covered_to`.

    They follow from the days the person joined and left and from the term of the policy; see
    `services.people.settle_days`. One person is never covered twice for an enterprise on a day.
    """

    public_id = PublicIdField(prefix="per")
    policy = models.ForeignKey(
        "policies.Policy", models.PROTECT, related_name="people", db_index=False
    )
    name = models.CharField(_("姓名"), max_length=60)
    document_kind = models.CharField(_("证件类型"), max_length=20, choices=DocumentKind)
    document = EncryptedTextField(_("证件"))
    document_index = BlindIndexField(
        of="document", normalise="apps.policies.roster.persons.document_key"
    )
    employment = models.CharField(_("用工类型"), max_length=10, choices=Employment)
    post = models.CharField(_("岗位"), max_length=60, blank=True)
    joined_on = models.DateField(_("加入日期"), null=True)
    left_on = models.DateField(_("退出日期"), null=True)
    covered_from = models.DateField(_("承保自"))
    covered_to = models.DateField(_("承保至"))
    batch = models.ForeignKey(
        RosterImport, models.PROTECT, null=True, related_name="+", db_index=False
    )
    added_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    added_by = models.CharField(max_length=40)

    objects = InsuredPersonQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("被保险人员")
        constraints = [
            models.CheckConstraint(
                name="insured_person_left",
                condition=Q(left_on=None) | Q(joined_on=None) | Q(left_on__gt=F("joined_on")),
            ),
            models.CheckConstraint(
                name="insured_person_days", condition=Q(covered_to__gte=F("covered_from"))
            ),
            models.CheckConstraint(
                name="insured_person_indexed", condition=Q(document_index__isnull=False)
            ),
            ExclusionConstraint(
                name="insured_person_once",
                expressions=[
                    (
                        Func(F("enterprise"), F("enterprise"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (_part(1), RangeOperators.OVERLAPS),
                    (_part(1 + DIGEST_PART), RangeOperators.OVERLAPS),
                    (_days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["policy", "id"], name="insured_person_policy"),
            models.Index(fields=["enterprise", "document_index"], name="insured_person_document"),
        ]

    def __str__(self) -> str:
        return mask_name(self.name)

    @property
    def document_number(self) -> str:
        """In the clear; only for those who may see it, and after it was put on record."""
        document: str = self.document
        return document.partition(":")[2]

    @property
    def masked_number(self) -> str:
        return mask_id_number(self.document_number)

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    def is_live_on(self, day: date) -> bool:
        return self.covered_from <= day < self.covered_to


class RosterTermsQuerySet(ScopedQuerySet["RosterTerms"]):
    scope = SEE_PEOPLE
    read_only = ONLY_LOOK


@tracked
class RosterTerms(OfPolicy):
    """How a policy tells whom it covers: by name or by number; and an agency's proof, if any."""

    policy = models.OneToOneField("policies.Policy", models.PROTECT, related_name="roster_terms")
    is_named = models.BooleanField(_("记名"), default=True)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    proof_people = models.PositiveIntegerField(_("派遣单位已投保人数"), default=0)
    proof_from = models.DateField(_("凭证保险期间自"), null=True)
    proof_to = models.DateField(_("凭证保险期间至"), null=True)

    objects = RosterTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("名单方式")
        constraints = [
            models.CheckConstraint(
                name="roster_terms_proof",
                condition=Q(proof=None, proof_people=0, proof_from=None, proof_to=None)
                | Q(proof__isnull=False, proof_people__gt=0, proof_to__gt=F("proof_from")),
            )
        ]

    def __str__(self) -> str:
        return str(self.policy_id)


def columns_of(policy: Any) -> dict[str, int]:
    """The columns every row of this policy's people bears."""
    return {
        "enterprise_id": policy.enterprise_id,
        "insurer_id": policy.insurer_id,
        "district_id": policy.district_id,
        "town_id": policy.town_id,
    }
