"""A registration in three short steps: nothing typed is lost, and it is entered once."""

import pytest

from apps.core.idempotency import new_act
from apps.core.models import AuditEvent
from apps.enterprises.drafts import KEY, Draft
from apps.enterprises.models import Enterprise
from tests.codes import uscc
from tests.enterprises.conftest import errors, url
from tests.factories import person

CODE = uscc(920_000)
ENTERPRISE = {
    "uscc": CODE,
    "name": "佛山市新建五金有限公司",
    "ownership": "private",
    "contact_name": "梁伟明",
    "contact_phone": "138 0013 8000",
}
SITE = {
    "name": "主厂区",
    "town": "440605011",
    "address": "夏南路8号",
    "industry": "3311",
    "opened_on": "2020-05-01",
}
PEOPLE = {"production": "40", "quality": "2", "tags": ["dust", "special_equipment"]}
STEPS = {"enterprise": ENTERPRISE, "site": SITE, "people": PEOPLE}


def step(client, name, data=None):
    if data is None:
        return client.get(url("register_step", name))
    return client.post(url("register_step", name), data)


@pytest.fixture
def filled(client_of):
    for name, data in STEPS.items():
        assert step(client_of, name, data).status_code == 302
    return client_of


def check(client, act=None):
    return client.post(url("register_check"), {"act": act or new_act()})


def test_three_steps_a_look_and_a_page_to_keep(client_of):
    began = client_of.get(url("register"))
    ways = [step(client_of, name, data).url for name, data in STEPS.items()]
    look = client_of.get(url("register_check"))
    sent = check(client_of)
    kept = client_of.get(sent.url)

    made = Enterprise.objects.get(uscc=CODE)
    assert began.url == url("register_step", "enterprise")
    assert ways == [
        url("register_step", "site"),
        url("register_step", "people"),
        url("register_check"),
    ]
    assert [section["title"] for section in look.context["sections"]] == [
        "企业信息",
        "生产场所",
        "人数和情形",
    ]
    assert sent.url == url("registered", made.public_id)
    assert made.public_id in kept.content.decode()
    assert (made.contact_phone, made.sites.get().headcount) == ("13800138000", 42)
    assert made.sites.get().facts.count() == 2


def test_the_look_reads_back_what_was_typed_in_words(filled):
    rows = {
        str(row["label"]): str(row["value"])
        for section in filled.get(url("register_check")).context["sections"]
        for row in section["rows"]
    }

    assert rows == {
        "统一社会信用代码": CODE,
        "企业名称": "佛山市新建五金有限公司",
        "企业性质": "民营",
        "上级公司": "",
        "联系人": "梁伟明",
        "联系电话": "13800138000",
        "场所名称": "主厂区",
        "所在镇街": "南海区 桂城街道",
        "详细地址": "夏南路8号",
        "行业": "3311 金属结构制造（制造业 › 金属制品业 › 结构性金属制品制造）",
        "投产日期": "2020-05-01",
        "生产作业岗位员工": "40",
        "质检员": "2",
        "实习生": "0",
        "被派遣劳动者": "0",
        "临时用工": "0",
        "其他员工": "0",
        "合计": "42",
        "有下列情形吗": "粉尘涉爆、特种设备使用",
    }


def test_going_back_finds_everything_as_it_was(filled):
    form = step(filled, "site").context["form"]

    assert form["address"].value() == "夏南路8号"
    assert form["town"].value() == "440605011"
    assert 'value="3311"' in step(filled, "site").content.decode()
    assert step(filled, "people").context["form"]["tags"].value() == ["dust", "special_equipment"]


def test_a_change_from_the_look_returns_to_it(filled):
    changed = filled.post(f"{url('register_step', 'site')}?check", SITE | {"address": "夏南路10号"})

    assert changed.url == url("register_check")
    assert "夏南路10号" in filled.get(changed.url).content.decode()


def test_a_refused_step_keeps_what_was_typed(client_of):
    response = step(client_of, "enterprise", ENTERPRISE | {"uscc": "9144O604MA000TA189"})

    assert response.status_code == 422
    assert errors(response) == {"uscc": ["第5位是字母O，应为数字0吗？"]}
    assert 'value="佛山市新建五金有限公司"' in response.content.decode()


@pytest.mark.parametrize(
    ("name", "given", "field", "sentence"),
    [
        ("enterprise", {"name": ""}, "name", "请填写企业名称。"),
        (
            "enterprise",
            {"contact_phone": "12345"},
            "contact_phone",
            "手机号为11位，现有5位，少6位。",
        ),
        (
            "site",
            {"opened_on": "2026-02-30"},
            "opened_on",
            "没有这一天。日期写成 2026-03-02 这样。",
        ),
        ("site", {"town": "440606005"}, "town", "这个镇街不在您可选的范围内，请重新选择。"),
        (
            "site",
            {"industry": "捏面人"},
            "industry",
            "没有这样的行业；请换一个说法，或填国民经济行业代码。",
        ),
        (
            "site",
            {"industry": "9999"},
            "industry",
            "没有这样的行业；请换一个说法，或填国民经济行业代码。",
        ),
        ("site", {"industry": "五金"}, "industry", "请在下面列出的行业中选一个。"),
        ("people", {"production": "100001"}, "production", None),
        ("people", {"production": "-1"}, "production", "人数不能是负数。"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client_of, name, given, field, sentence):
    for earlier in list(STEPS)[: list(STEPS).index(name)]:
        step(client_of, earlier, STEPS[earlier])

    response = step(client_of, name, STEPS[name] | given)

    assert response.status_code == 422
    assert list(errors(response)) == [field]
    if sentence:
        assert errors(response)[field] == [sentence]


def test_several_matches_are_offered_and_one_is_ticked(client_of):
    step(client_of, "enterprise", ENTERPRISE)

    offered = step(client_of, "site", SITE | {"industry": "五金"}).content.decode()
    chosen = step(client_of, "site", SITE | {"industry": "五金", "industry_choice": "3351"})

    assert 'name="industry_choice"' in offered
    assert 'value="33"' in offered
    assert chosen.status_code == 302


def test_people_may_be_counted_later(client_of):
    for name in ("enterprise", "site"):
        step(client_of, name, STEPS[name])

    assert step(client_of, "people", {"production": ""}).status_code == 302
    check(client_of)

    site = Enterprise.objects.get(uscc=CODE).sites.get()
    assert (site.headcount, site.headcounts.count()) == (0, 0)


def test_no_step_is_skipped(client_of):
    assert step(client_of, "people").url == url("register_step", "enterprise")
    assert client_of.get(url("register_check")).url == url("register_step", "enterprise")


def test_there_is_no_other_step(client_of):
    assert step(client_of, "nonsense").status_code == 404


def test_a_fresh_start_forgets_the_last_draft(filled):
    filled.get(url("register"))

    assert step(filled, "enterprise").context["form"]["uscc"].value() is None


def test_sending_twice_enters_once(filled):
    act = new_act()

    first, second = check(filled, act), check(filled, act)

    assert first["Location"] == second["Location"]
    assert AuditEvent.objects.filter(action="enterprise.registered").count() == 1


def test_what_was_entered_meanwhile_is_refused_with_a_sentence(filled, registered):
    Enterprise.objects.filter(pk=registered.pk).update(uscc=CODE)

    assert check(filled).url == url("register_step", "enterprise")
    assert errors(step(filled, "enterprise")) == {
        "uscc": ["此代码已登记为“佛山市南海锋利五金制品有限公司”，不用再登记；请到企业名录中查看。"]
    }


def test_the_draft_lies_sealed_in_the_session(filled):
    stored = str(dict(filled.session.items()))

    assert KEY in filled.session
    assert "13800138000" not in stored.replace(" ", "")
    assert "梁伟明" not in stored


def test_a_draft_is_read_by_its_owner_only(filled, officer):
    other = person("district_bureau")

    with pytest.raises(Exception, match="加密内容不属于这条记录"):
        Draft(filled.session, other.actor_key)


def test_a_town_office_has_no_town_to_choose(as_):
    client = as_(person("town_office", town="狮山镇"))
    step(client, "enterprise", ENTERPRISE)

    field = step(client, "site").context["form"]["town"]

    assert [name for name, _label in field.field.choices] == ["南海区"]
    assert field.value() == "440605124"


def test_an_enterprise_does_not_register_others(owner, as_):
    assert as_(owner).get(url("register")).status_code == 403
