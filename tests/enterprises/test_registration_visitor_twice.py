"""Two visitors register the same enterprise at the same moment, on a real database."""

from threading import Barrier, Thread

from django.db import connection, transaction

from apps.accounts.founding import Founder
from apps.core import context
from apps.enterprises.errors import EnterpriseRefused
from apps.enterprises.models import Enterprise
from apps.enterprises.services.visitors import register_own_enterprise
from tests.conftest import ARRANGER
from tests.enterprises.newcomers import CODE, terms


def test_one_registers_and_the_other_is_told_whom_to_ask(own_database, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    start, outcomes = Barrier(2), []

    def register(phone):
        chosen = terms(founder=Founder("陈志强", phone, "!", ""))
        start.wait()
        try:
            outcomes.append(register_own_enterprise(**chosen).name)
        except EnterpriseRefused as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    threads = [Thread(target=register, args=(f"1382733000{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    told = next(text for text in outcomes if text != "陈志强")
    assert len(outcomes) == 2
    assert "此代码已登记。请本企业的平台管理员陈" in told
    with context.entering(ARRANGER), transaction.atomic():
        assert Enterprise.objects.filter(uscc=CODE).count() == 1
