"""The policy in its own words, so that a page can quote the clause it carries out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyArticle(models.Model):
    """One paragraph of 佛府办〔2018〕2号, as issued. It is quoted, hence not translated."""

    code = models.CharField(_("条款"), max_length=6, unique=True)
    part = models.CharField(_("部分"), max_length=80)
    title = models.CharField(_("标题"), max_length=80)
    text = models.TextField(_("原文"))

    class Meta:
        ordering = ["code"]
        verbose_name = _("政策条款")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
