"""Who may do what. Roles are code: changing one is a reviewed commit, and docs/access.md follows.

Rights are decided here; which rows they apply to is decided by each model's scope (access.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind


class Permission(StrEnum):
    """One right, named verb_noun."""

    USE_DESK = auto()
    VIEW_ORGANISATION = auto()
    VIEW_PEOPLE = auto()
    MANAGE_PEOPLE = auto()
    VIEW_ENTERPRISES = auto()
    REGISTER_ENTERPRISE = auto()
    EDIT_ENTERPRISE = auto()
    EXPORT_ENTERPRISES = auto()
    REVEAL_PERSONAL_DATA = auto()
    SHARE_ROWS = auto()
    VIEW_RULES = auto()
    DRAFT_RULES = auto()
    DECIDE_RULES = auto()
    VIEW_POOLS = auto()
    MANAGE_POOLS = auto()
    ANSWER_SHARES = auto()
    APPLY_FOR_COVER = auto()
    VIEW_APPLICATIONS = auto()
    UNDERWRITE = auto()
    DECIDE_REFERRALS = auto()
    SET_AUTHORITY = auto()
    VIEW_IMPACT = auto()
    RUN_IMPACT = auto()
    VIEW_LOSSES = auto()
    CORRECT_RATES = auto()
    VIEW_DUTY = auto()
    SUPERVISE_DUTY = auto()
    VIEW_POLICIES = auto()
    RECEIVE_COPIES = auto()
    VIEW_ROSTER = auto()
    EDIT_ROSTER = auto()
    RECORD_RECEIPT = auto()
    VIEW_LEDGER = auto()
    VIEW_ALL_ACCOUNTS = auto()
    VIEW_AUDIT = auto()
    VIEW_SYSTEM = auto()


P = Permission
DESK = frozenset({P.USE_DESK, P.VIEW_ORGANISATION, P.VIEW_PEOPLE, P.VIEW_RULES})
READER = DESK | {P.VIEW_ENTERPRISES, P.VIEW_POOLS, P.VIEW_POLICIES}
WATCHER = READER | {P.VIEW_APPLICATIONS, P.VIEW_LEDGER, P.VIEW_DUTY}
CLERK = WATCHER | {P.EXPORT_ENTERPRISES, P.REVEAL_PERSONAL_DATA}
SUPERVISOR = frozenset({P.VIEW_IMPACT, P.VIEW_LOSSES})
ACTUARY = SUPERVISOR | {P.RUN_IMPACT, P.CORRECT_RATES, P.DECIDE_REFERRALS}
OWNER = READER | {P.EDIT_ENTERPRISE, P.APPLY_FOR_COVER, P.VIEW_APPLICATIONS, P.VIEW_LEDGER}
OWNER |= {P.VIEW_ROSTER, P.EDIT_ROSTER, P.VIEW_DUTY}
REGISTRAR = CLERK | {P.REGISTER_ENTERPRISE, P.EDIT_ENTERPRISE, P.SHARE_ROWS, P.MANAGE_PEOPLE}
REGISTRAR |= {P.VIEW_ROSTER, P.SUPERVISE_DUTY}


BROKER_ADMIN = WATCHER | ACTUARY | {P.MANAGE_PEOPLE, P.EXPORT_ENTERPRISES, P.DRAFT_RULES}
BROKER_ADMIN |= {P.MANAGE_POOLS, P.RECEIVE_COPIES}


@dataclass(frozen=True)
class RoleSpec:
    title: str | Promise
    sentence: str | Promise
    kinds: frozenset[Kind]
    permissions: frozenset[Permission]


def role(
    title: str | Promise,
    sentence: str | Promise,
    kinds: set[Kind],
    permissions: frozenset[Permission],
) -> RoleSpec:
    return RoleSpec(title, sentence, frozenset(kinds), permissions)


ROLES: Mapping[str, RoleSpec] = {
    "enterprise_owner": role(
        _("企业负责人"),
        _("代表企业，维护本企业资料和人员，查看与本企业有关的一切。"),
        {Kind.ENTERPRISE},
        OWNER | {P.MANAGE_PEOPLE, P.REVEAL_PERSONAL_DATA},
    ),
    "enterprise_safety_officer": role(
        _("企业安全管理员"),
        _("维护本企业的场所、人数和风险情况。"),
        {Kind.ENTERPRISE},
        READER | {P.EDIT_ENTERPRISE, P.VIEW_APPLICATIONS, P.VIEW_ROSTER, P.VIEW_DUTY},
    ),
    "enterprise_clerk": role(
        _("企业经办人"),
        _("替企业办理日常事务，维护本企业资料。"),
        {Kind.ENTERPRISE},
        OWNER,
    ),
    "underwriter": role(
        _("承保出单员"),
        _("查看本机构服务的企业，办理承保。"),
        {Kind.INSURER},
        CLERK | {P.UNDERWRITE, P.DECIDE_REFERRALS, P.RECEIVE_COPIES, P.VIEW_ROSTER, P.EDIT_ROSTER},
    ),
    "service_officer": role(
        _("预防服务专员"),
        _("查看本机构服务的企业，开展事故预防服务。"),
        {Kind.INSURER},
        CLERK | {P.VIEW_ROSTER},
    ),
    "claims_officer": role(
        _("理赔员"),
        _("查看本机构服务的企业，办理理赔。"),
        {Kind.INSURER},
        CLERK | {P.VIEW_ROSTER},
    ),
    "insurer_finance": role(
        _("承保机构财务"),
        _("查看本机构服务的企业，办理收付和共保结算，代表本机构答复共保份额；看不到个人信息。"),
        {Kind.INSURER},
        WATCHER | {P.EXPORT_ENTERPRISES, P.RECORD_RECEIPT, P.ANSWER_SHARES, P.RECEIVE_COPIES},
    ),
    "insurer_admin": role(
        _("承保机构管理员"),
        _("管理本机构的人员，查看本机构服务的企业；代表本机构答复共保份额。"),
        {Kind.INSURER},
        CLERK | {P.MANAGE_PEOPLE, P.ANSWER_SHARES, P.RECEIVE_COPIES, P.VIEW_ROSTER},
    ),
    "city_officer": role(
        _("市局经办"),
        _("查看全市企业，登记和更正企业资料，起草、审批产品和费率，查看全市操作记录。"),
        {Kind.CITY_BUREAU},
        REGISTRAR | ACTUARY | {P.VIEW_AUDIT, P.DRAFT_RULES, P.DECIDE_RULES, P.SET_AUTHORITY},
    ),
    "city_leader": role(
        _("市局领导"),
        _("查看全市情况，不作修改。"),
        {Kind.CITY_BUREAU},
        WATCHER | SUPERVISOR,
    ),
    "district_officer": role(
        _("区局经办"),
        _("查看本区企业，登记和更正本区企业资料。"),
        {Kind.DISTRICT_BUREAU},
        REGISTRAR | {P.VIEW_IMPACT, P.RUN_IMPACT, P.RECEIVE_COPIES},
    ),
    "district_leader": role(
        _("区局领导"),
        _("查看本区情况，不作修改。"),
        {Kind.DISTRICT_BUREAU},
        WATCHER | {P.VIEW_IMPACT},
    ),
    "town_officer": role(
        _("镇街安监员"),
        _("查看本镇街企业，登记和更正本镇街企业资料。"),
        {Kind.TOWN_OFFICE},
        REGISTRAR,
    ),
    "department_officer": role(
        _("行业主管部门经办"),
        _("查看本行业、本辖区的企业，督促应保未保的投保。"),
        {Kind.CITY_DEPARTMENT, Kind.DISTRICT_DEPARTMENT},
        CLERK | {P.SUPERVISE_DUTY},
    ),
    "finance_officer": role(
        _("财政经办"),
        _("为审核补贴查看企业资料；看不到个人信息。"),
        {Kind.CITY_FINANCE, Kind.DISTRICT_FINANCE},
        WATCHER,
    ),
    "broker_evaluator": role(
        _("顾问机构评价员"),
        _(
            "查看全市企业，评价承保机构和服务机构，起草产品和费率建议，"
            "办理共保协议和份额计算；个人信息一律遮盖。"
        ),
        {Kind.BROKER},
        WATCHER | ACTUARY | {P.EXPORT_ENTERPRISES, P.DRAFT_RULES, P.MANAGE_POOLS, P.RECEIVE_COPIES},
    ),
    "broker_complaints": role(
        _("顾问机构投诉专员"),
        _("查看全市企业，协调投诉和理赔纠纷；个人信息一律遮盖。"),
        {Kind.BROKER},
        WATCHER | SUPERVISOR,
    ),
    "broker_subsidies": role(
        _("顾问机构补贴专员"),
        _("查看全市企业，统筹补贴申领；个人信息一律遮盖。"),
        {Kind.BROKER},
        WATCHER | SUPERVISOR | {P.EXPORT_ENTERPRISES},
    ),
    "broker_admin": role(
        _("顾问机构管理员"),
        _(
            "管理顾问机构的人员，查看全市企业，起草产品和费率建议，"
            "办理共保协议和份额计算；个人信息一律遮盖。"
        ),
        {Kind.BROKER},
        BROKER_ADMIN,
    ),
    "association_officer": role(
        _("协会经办"),
        _("查看承保机构和制度，没有企业资料。"),
        {Kind.ASSOCIATION},
        DESK | {P.MANAGE_PEOPLE, P.VIEW_POOLS},
    ),
    "agency_manager": role(
        _("服务机构负责人"),
        _("管理本机构人员，查看分派给本机构的企业。"),
        {Kind.AGENCY},
        READER | {P.MANAGE_PEOPLE},
    ),
    "agency_engineer": role(
        _("服务机构工程师"),
        _("查看分派给本人的企业。"),
        {Kind.AGENCY},
        READER,
    ),
    "expert": role(
        _("专家"),
        _("查看分派给本人的企业。"),
        {Kind.EXPERT_PANEL},
        READER,
    ),
    "system_admin": role(
        _("系统管理员"),
        _("查看系统运行情况；看不到业务数据，也不管账号。"),
        {Kind.PLATFORM},
        frozenset({P.USE_DESK, P.VIEW_ORGANISATION, P.VIEW_RULES, P.VIEW_SYSTEM}),
    ),
    "security_admin": role(
        _("安全管理员"),
        _("管理各单位的账号；看不到业务数据。"),
        {Kind.PLATFORM},
        DESK | {P.MANAGE_PEOPLE, P.VIEW_ALL_ACCOUNTS},
    ),
    "audit_admin": role(
        _("审计管理员"),
        _("查看全部操作记录；什么也不能改。"),
        {Kind.PLATFORM},
        frozenset({P.USE_DESK, P.VIEW_ORGANISATION, P.VIEW_RULES, P.VIEW_AUDIT}),
    ),
}

ROLE_CHOICES = [(name, spec.title) for name, spec in ROLES.items()]


def roles_of(kind: str) -> list[tuple[str, str | Promise]]:
    """The roles that people of such an organisation may have."""
    return [(name, spec.title) for name, spec in ROLES.items() if kind in spec.kinds]


def holders(permission: Permission) -> list[str | Promise]:
    """The titles of the roles that have a right; told to those who lack it."""
    return [spec.title for spec in ROLES.values() if permission in spec.permissions]
