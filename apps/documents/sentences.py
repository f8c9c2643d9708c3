"""What the acts on files and papers are called in the audit."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS

ACTIONS.update(
    {
        "file.opened": _("打开含个人信息的文件"),
        "file.refused": _("查出病毒，删除文件"),
        "file.uploaded": _("上传文件"),
        "file.vouched_for": _("认定文件可信程度"),
        "paper.issued": _("签发文书"),
    }
)
FACTS.update(
    {
        "digest": _("内容校验值"),
        "purpose": _("用途"),
        "sha256": _("文件校验值"),
        "size": _("大小"),
        "supersedes": _("代替"),
        "virus": _("病毒"),
    }
)
