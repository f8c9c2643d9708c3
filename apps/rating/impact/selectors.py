"""A run as its page tells it, and the rows behind each of its marks."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from apps.accounts.models import Organisation, User
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import digest, write
from apps.catalogue.selectors.tariffs import tariff_of
from apps.core.errors import DomainError
from apps.core.money import FEN
from apps.rating.impact.models import ImpactRun
from apps.rating.impact.portfolio import Described, portfolio
from apps.rating.impact.rules import bin_edges, bins, size_edges
from apps.reference.models import District, Industry

PAGE = 50


def impact_of(version: TariffVersion) -> ImpactRun | None:
    """The newest finished run of exactly this content over the whole city; None when there is none.

    Whoever edits a draft afterwards changes its digest, and with it loses the run.
    """
    name = digest(write(tariff_of(version)))
    runs = ImpactRun.objects.finished().filter(draft=version, draft_digest=name, is_whole=True)
    return runs.order_by("-finished_at").first()


def refusal_without_impact(version: TariffVersion) -> str:
    """For the approval of a tariff: whoever decides must know whom it touches, and by how much."""
    if impact_of(version) is not None or portfolio().is_empty(timezone.localdate()):
        return ""
    return _("还没有用这版内容测算对全市有效保单的影响；改过草案的，须重新测算。")


@dataclass(frozen=True)
class Line:
    """A policy behind a mark."""

    policy: Described
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        return self.after - self.before

    @property
    def percent(self) -> str:
        return f"{self.change * 100 / self.before:+.1f} %"


@dataclass(frozen=True)
class Rows:
    """The rows of a run, or those behind one mark of it."""

    parts: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.parts["keys"])

    def where(self, mask: NDArray[np.bool_]) -> "Rows":
        return Rows({name: part[mask] for name, part in self.parts.items()})

    def ordered(self) -> "Rows":
        """The largest rises first; of equals by key."""
        change = self.parts["after"] - self.parts["before"]
        order = np.lexsort((self.parts["keys"], -change))
        return Rows({name: part[order] for name, part in self.parts.items()})

    def lines(self, user: User, start: int = 0, most: int = PAGE) -> list[Line]:
        """Those that this person may see, by name; the others are left out."""
        cut = slice(start, start + most)
        keys = self.parts["keys"][cut].tolist()
        named = portfolio().described(user, keys)
        amounts = zip(keys, self.parts["before"][cut], self.parts["after"][cut], strict=True)
        return [
            Line(named[key], int(before) * FEN, int(after) * FEN)
            for key, before, after in amounts
            if key in named
        ]


class RowsGone(DomainError):
    code = "impact_rows_gone"


def rows_of_run(run: ImpactRun) -> Rows:
    try:
        content = (Path(settings.MEDIA_ROOT) / run.rows_file).read_bytes()
    except OSError:
        content = b""
    if not run.rows_file or sha256(content).hexdigest() != run.rows_digest:
        raise RowsGone(_("明细文件不在或已损坏，请重新测算。"))
    with np.load(io.BytesIO(content), allow_pickle=False) as parts:
        return Rows({name: parts[name] for name in parts.files})


SIDES = {
    "up": gettext_lazy("保费上升"),
    "down": gettext_lazy("保费下降"),
    "same": gettext_lazy("不变"),
}


def behind(rows: Rows, asked: Mapping[str, str]) -> Rows:
    """The rows of a mark: a side, a step of the histogram, a value of a dimension."""
    before, after = rows.parts["before"], rows.parts["after"]
    mask = np.ones(len(rows), bool)
    if (side := asked.get("side")) in SIDES:
        change = np.sign(after - before)
        mask &= change == {"up": 1, "down": -1, "same": 0}[side]
    if (step := asked.get("step", "")).isdecimal():
        mask &= bins(before, after) == int(step[:3])
    for name in NAMES:
        if key := asked.get(name):
            mask &= rows.parts[name] == key
    return rows.where(mask).ordered()


def words_of(asked: Mapping[str, str]) -> str:
    """What the list of rows is about."""
    words = []
    if (side := asked.get("side")) in SIDES:
        words.append(str(SIDES[side]))
    edges = bin_edges()
    if (step := asked.get("step", "")).isdecimal() and int(step[:3]) < len(edges):
        words.append(step_words(*edges[int(step[:3])]))
    for name in NAMES:
        if key := asked.get(name):
            words.append(NAMES[name]([key]).get(key, key))
    return _("，").join(words) or _("全部保单")


def step_words(low: int | None, high: int | None) -> str:
    if low == high:
        return _("不变")
    if low is None:
        return _("下降超过 %(percent)s %%") % {"percent": -(high or 0)}
    if high is None:
        return _("上升超过 %(percent)s %%") % {"percent": low}
    if high <= 0:
        return _("下降 %(low)s–%(high)s %%") % {"low": -high, "high": -low}
    return _("上升 %(low)s–%(high)s %%") % {"low": low, "high": high}


def _districts(keys: list[str]) -> dict[str, str]:
    return {str(row.pk): str(row) for row in District.objects.filter(pk__in=keys)}


def _insurers(keys: list[str]) -> dict[str, str]:
    rows = Organisation.objects.filter(pk__in=keys)
    return {str(row.pk): row.short_name or row.name for row in rows}


def _industries(keys: list[str]) -> dict[str, str]:
    rows = Industry.objects.filter(code__in=keys, level=Industry.Level.DIVISION)
    return {row.code: f"{row.code} {row.label}" for row in rows}


def _sizes(keys: list[str]) -> dict[str, str]:
    return {key: size_words(int(key)) for key in keys if key.isdecimal()}


def size_words(step: int) -> str:
    if not step:
        return _("人数不详")
    low, high = size_edges(step)
    if high is None:
        return _("%(low)s 人以上") % {"low": f"{low - 1:,}"}
    return _("%(low)s–%(high)s 人") % {"low": f"{low:,}", "high": f"{high:,}"}


NAMES = {
    "district": _districts,
    "insurer": _insurers,
    "industry": _industries,
    "size": _sizes,
}
