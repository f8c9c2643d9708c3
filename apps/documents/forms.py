"""What visitors type to verify a paper."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.documents.rules import MEGABYTE, PLACES

SHA256 = re.compile(r"^[0-9a-fA-F]{64}$")
MOST_CHECKED = 5 * MEGABYTE
LEAST_HOLDER = 2


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("保单号"),
        max_length=60,
        help_text=_("印在保单第一页上方，例如 AZ-NH-2026-000123。"),
        widget=forms.TextInput(attrs={"class": "chars-30", "autocomplete": "off"}),
        error_messages={"required": _("请填写保单号。")},
    )
    holder = forms.CharField(
        label=_("被保险人名称开头，或统一社会信用代码"),
        max_length=200,
        help_text=_("名称至少写到地名之后两个字，例如“佛山市南海区锋利”，或“锋利”。"),
        widget=forms.TextInput(attrs={"class": "chars-30", "autocomplete": "off"}),
        error_messages={"required": _("请填写被保险人名称的开头，或统一社会信用代码。")},
    )

    def clean_holder(self) -> str:
        holder: str = self.cleaned_data["holder"]
        if len(PLACES.sub("", holder.strip())) < LEAST_HOLDER:
            raise forms.ValidationError(_("只有地名不够，请再多写两个字。"))
        return holder


class FileForm(forms.Form):
    """The browser sends a hash; where it cannot compute one, the file itself, which is not kept."""

    file = forms.FileField(
        label=_("PDF文件"),
        help_text=_("从平台下载的原始文件，不超过5MB。文件只用来计算校验值，不保存。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf", "data-file": ""}),
        error_messages={
            "required": _("请选择要核对的PDF文件。"),
            "empty": _("文件是空的。请选择从平台下载的原始文件。"),
        },
    )
    digest = forms.RegexField(
        regex=SHA256,
        required=False,
        widget=forms.HiddenInput(attrs={"data-digest": ""}),
        error_messages={"invalid": _("校验值不完整，请重新选择文件。")},
    )
    token = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].required = not self.data.get("digest")

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > MOST_CHECKED:
            raise forms.ValidationError(_("文件超过5MB，不会是平台签发的文书。"))
        return file
