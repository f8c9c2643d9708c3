"""Phone and identity numbers of people in China, judged so that the typist sees what to mend."""

import re
from datetime import date

from django.utils.translation import gettext as _
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from apps.core.codes import normalise_code, refusal_of_length

PHONE_LENGTH = 11
PHONE = re.compile(r"^1[3-9][0-9]{9}$")
COUNTRY_CODE = re.compile(r"^\(?(?:\+|00)?86\)?(?=1[0-9]{10}$)")
ID_LENGTH = 18
LEAST_AGE = 16


def normalise_phone(text: str) -> str:
    """A mobile number without spaces, hyphens and the country code."""
    return COUNTRY_CODE.sub("", normalise_code(text))


def refusal_to_accept_phone(phone: str) -> str:
    """Why a normalised mobile number cannot be right, or nothing."""
    if PHONE.match(phone):
        return ""
    if phone.strip("0123456789"):
        return _("手机号只能是数字。")
    refusal = refusal_of_length(_("手机号"), phone, PHONE_LENGTH)
    return refusal or _("手机号以13至19开头，请核对前两位。")


def refusal_to_accept_id_number(number: str, *, today: date) -> str:
    """Why a normalised identity number cannot be that of a person of working age, or nothing.

    The sentences do not repeat the number: they may be printed and kept.
    """
    return (
        refusal_of_length(_("身份证号"), number, ID_LENGTH)
        or _refusal_of_signs(number)
        or _refusal_of_birth(number, today)
        or _refusal_of_check_digit(number)
    )


def is_of_age(birth: date, today: date, age: int) -> bool:
    """Whether the birthday of that age has come; one on 29 February comes on 1 March."""
    return (today.year - birth.year, today.month, today.day) >= (age, birth.month, birth.day)


def _refusal_of_signs(number: str) -> str:
    for place, sign in enumerate(number, start=1):
        if sign in "0123456789" or (sign == "X" and place == ID_LENGTH):
            continue
        facts = {"place": place, "sign": sign}
        if place == ID_LENGTH:
            return _("末位是“%(sign)s”，应为数字或X。") % facts
        return _("第%(place)s位是“%(sign)s”，应为数字。") % facts
    return ""


def _refusal_of_birth(number: str, today: date) -> str:
    try:
        birth = ric.get_birth_date(number)
    except InvalidComponent:
        return _("第7至14位的出生日期不存在，请核对。")
    if birth > today:
        return _("第7至14位的出生日期还没有到，请核对。")
    if not is_of_age(birth, today, LEAST_AGE):
        return _("按出生日期，未满%(age)s周岁。") % {"age": LEAST_AGE}
    return ""


def _refusal_of_check_digit(number: str) -> str:
    expected = ric.calc_check_digit(number)
    if number[-1] == expected:
        return ""
    if number.endswith("000"):
        return _("末三位是000：号码可能被Excel当作数字改写了。请把单元格设为文本后重新填写。")
    facts = {"expected": expected, "found": number[-1]}
    return _("按前17位算，末位应为%(expected)s，现为%(found)s；请逐位核对。") % facts
