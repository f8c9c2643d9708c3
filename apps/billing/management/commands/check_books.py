"""Says whether the books hold, check by check; for people, for cron and after every fault."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from apps.billing.books import SHOWN, check_books
from apps.billing.sealing import seal_all


class Command(BaseCommand):
    help = "Check what must hold of all money; exit code 1 when something does not."

    def handle(self, *args: Any, **options: Any) -> None:
        seal_all()
        findings = check_books()
        for finding in findings:
            mark = "✗" if finding.wrong else "✓"
            self.stdout.write(f"{mark} {finding.name}  {finding.looked_at:,}")
            for key in finding.keys:
                self.stdout.write(f"    {key}")
            if finding.wrong > SHOWN:
                self.stdout.write("    " + _("……共%(count)s处") % {"count": finding.wrong})
        if any(finding.wrong for finding in findings):
            raise CommandError(_("账簿核对没有通过，见上面打叉的各项。"), returncode=1)
