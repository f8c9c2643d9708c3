"""Valid unified social credit codes for tests, one for each number."""

from stdnum.cn import uscc as standard

ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def uscc(number: int) -> str:
    body = f"MA{number:06d}"
    total = sum(
        int(sign, 36) * weight for sign, weight in zip(body, ORGANISATION_WEIGHTS, strict=True)
    )
    check = "0123456789X0"[(11 - total % 11) % 12]
    code = f"91440605{body}{check}"
    return code + standard.calc_check_digit(code)
