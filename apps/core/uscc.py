"""Unified social credit codes (GB 32100-2015), judged so that the typist sees what to mend.

The region inside is that of the registration authority and says nothing about where a plant
stands; it is therefore not compared with anything.
"""

from django.utils.translation import gettext as _
from stdnum.cn import uscc

from apps.core.codes import refusal_of_length

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
AUTHORITIES = "123456789ANY"
LOOKALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}
OLD_LENGTHS = {9, 13, 15}  # organisation code, registration numbers before 2007 and after

# The organisation code inside (positions 9 to 17) has a check digit of its own: GB 11714.
ORGANISATION = slice(8, 16)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def refusal_to_accept(code: str) -> str:
    """Why a normalised code cannot be right, or nothing."""
    return (
        _refusal_of_length(code)
        or _refusal_of_signs(code)
        or _refusal_of_parts(code)
        or _refusal_of_check_digits(code)
    )


def _refusal_of_length(code: str) -> str:
    refusal = refusal_of_length(_("统一社会信用代码"), code, LENGTH)
    if refusal and len(code) in OLD_LENGTHS:
        refusal += _("这像是旧的组织机构代码或注册号，请填营业执照上的18位代码。")
    return refusal


def _refusal_of_signs(code: str) -> str:
    found = [(place, sign) for place, sign in enumerate(code, start=1) if sign not in ALPHABET]
    return "".join(_doubt(place, sign) for place, sign in found)


def _doubt(place: int, sign: str) -> str:
    meant = LOOKALIKES.get(sign, "")
    facts = {"place": place, "sign": sign, "meant": meant}
    if meant.isdigit():
        return _("第%(place)s位是字母%(sign)s，应为数字%(meant)s吗？") % facts
    if meant:
        return _("第%(place)s位是字母%(sign)s，应为字母%(meant)s吗？") % facts
    return _("第%(place)s位是“%(sign)s”，代码里只有数字和大写字母。") % facts


def _refusal_of_parts(code: str) -> str:
    if code[0] not in AUTHORITIES:
        facts = {"sign": code[0]}
        return _("第1位是登记管理部门，应为1至9、A、N或Y，现为%(sign)s。") % facts
    if not code[2:8].isdigit():
        return _("第3至8位是登记机关所在地，应全是数字。")
    return ""


def _refusal_of_check_digits(code: str) -> str:
    organisation = _organisation_check_digit(code[ORGANISATION])
    whole = uscc.calc_check_digit(code[:-1])
    if code[16] != organisation:
        facts = {"expected": organisation, "found": code[16]}
        return (
            _(
                "第9至17位是组织机构代码，按前8位算，第17位应为%(expected)s，现为%(found)s；请核对这9位。"
            )
            % facts
        )
    if code[17] != whole:
        facts = {"expected": whole, "found": code[17]}
        return _("按前17位算，末位应为%(expected)s，现为%(found)s；请核对末位和第1至8位。") % facts
    return ""


def _organisation_check_digit(code: str) -> str:
    total = sum(
        int(sign, 36) * weight for sign, weight in zip(code, ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X"[-total % 11]
