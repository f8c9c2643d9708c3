"""People for rosters, one for each number, with identity numbers that stand up to the check."""

from datetime import date, timedelta

from stdnum.cn import ric


def id_number(number: int) -> str:
    born = date(1970, 1, 1) + timedelta(days=number % 10_000)
    body = f"440604{born:%Y%m%d}{number // 10_000:03d}"
    return body + ric.calc_check_digit(f"{body}0")


def cells(number: int, **changes: str) -> dict[str, str]:
    return {
        "name": "张三",
        "document_kind": "居民身份证",
        "document_number": id_number(number),
        "employment": "生产",
        "post": "冲压",
    } | changes
