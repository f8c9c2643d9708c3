from base64 import b64encode
from decimal import Decimal

import pytest
from django.core.checks import Error
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from apps.core.fields import (
    ALPHABET,
    BlindIndexField,
    EncryptedTextField,
    MoneyField,
    PublicIdField,
    new_public_id,
)
from apps.core.rotation import reseal
from apps.core.sealing import SealRefused
from tests.core.tables import temporary_table

with isolate_apps("tests.core"):

    class Worker(models.Model):
        public_id = PublicIdField(prefix="wrk")
        name = models.CharField(max_length=20)
        phone = EncryptedTextField(blank=True)
        phone_index = BlindIndexField(
            of="phone", normalise="apps.core.identity.normalise_phone", unique=True
        )
        account = EncryptedTextField(null=True)
        account_index = BlindIndexField(of="account")
        wage = MoneyField(default=Decimal(0))

        class Meta:
            app_label = "core"

        def __str__(self):
            return self.name

    class Nameless(models.Model):
        phone = EncryptedTextField()

        class Meta:
            app_label = "core"

        def __str__(self):
            return ""


@pytest.fixture(autouse=True)
def _workers(db):
    with temporary_table(Worker):
        yield


def stored(column: str, worker: Worker) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"select {column} from core_worker where id = %s", [worker.pk])
        return cursor.fetchone()[0]


def test_what_is_saved_comes_back_and_the_database_cannot_read_it():
    worker = Worker.objects.create(name="张三", phone="13800138000", account="6222021234567890123")

    read = Worker.objects.get()
    assert (worker.phone, read.phone) == ("13800138000", "13800138000")
    assert read.account == "6222021234567890123"
    assert stored("phone", worker).startswith("1:")
    assert "13800138000" not in stored("phone", worker)


def test_many_at_once_are_sealed_too():
    rows = [Worker(name=f"{n}", phone=f"138001380{n:02d}") for n in range(20)]
    Worker.objects.bulk_create(rows)

    assert [row.phone for row in Worker.objects.order_by("pk")] == [row.phone for row in rows]
    assert all(stored("phone", row).startswith("1:") for row in rows)
    assert len({stored("phone", row) for row in rows}) == 20


def test_empty_stays_empty_and_nothing_stays_nothing():
    worker = Worker.objects.create(name="张三")
    assert (stored("phone", worker), stored("account", worker)) == ("", None)
    read = Worker.objects.get()
    assert (read.phone, read.account, read.phone_index) == ("", None, None)


def test_a_list_that_does_not_show_the_value_never_opens_it(settings):
    Worker.objects.create(name="张三", phone="13800138000")
    settings.FIELD_KEYS = {"another": b"x" * 32}

    rows = list(Worker.objects.all())
    assert [row.name for row in rows] == ["张三"]
    with pytest.raises(SealRefused, match="没有的密钥"):
        _ = rows[0].phone


def test_a_row_that_was_not_looked_into_can_be_saved_without_the_key(settings):
    Worker.objects.create(name="张三", phone="13800138000")
    keys = settings.FIELD_KEYS
    settings.FIELD_KEYS = {"another": b"x" * 32}
    row = Worker.objects.get()
    row.name = "李四"
    row.save()

    settings.FIELD_KEYS = keys
    assert Worker.objects.get().phone == "13800138000"


def test_a_deferred_value_is_fetched_and_opened():
    Worker.objects.create(name="张三", phone="13800138000")
    row = Worker.objects.only("name").get()
    row.save()
    assert row.phone == "13800138000"
    assert Worker.objects.get(phone_index__of="13800138000") == row


def test_saving_an_unchanged_value_keeps_its_envelope():
    worker = Worker.objects.create(name="张三", phone="13800138000")
    before = stored("phone", worker)

    row = Worker.objects.get()
    row.phone = str(row.phone)
    row.refresh_from_db()
    row.save()

    assert stored("phone", worker) == before
    row.phone = "13900139000"
    row.save()
    assert stored("phone", worker) != before


@pytest.mark.parametrize(
    "statement",
    [
        "update core_worker w set phone = o.phone from core_worker o where o.id <> w.id",
        "update core_worker set account = phone, phone = account",
        "update core_worker set public_id = 'wrk_' || id",
    ],
    ids=["another row", "another column", "another name for the row"],
)
def test_a_value_moved_elsewhere_is_refused(statement):
    Worker.objects.create(name="张三", phone="13800138000", account="6222")
    Worker.objects.create(name="李四", phone="13900139000", account="6223")
    with connection.cursor() as cursor:
        cursor.execute(statement)

    for row in Worker.objects.all():
        with pytest.raises(SealRefused, match="不属于这条记录"):
            _ = row.phone


def test_a_copy_of_a_row_does_not_take_the_sealed_value_along():
    Worker.objects.create(name="张三", phone="13800138000")
    row = Worker.objects.get()
    row.pk, row.public_id, row._state.adding = None, new_public_id("wrk"), True
    with pytest.raises(SealRefused):
        row.save()


def test_any_changed_byte_is_refused():
    worker = Worker.objects.create(name="张三", phone="13800138000")
    head, _, text = stored("phone", worker).rpartition(":")
    for place in range(len(text.rstrip("="))):
        other = "A" if text[place] != "A" else "B"
        changed = f"{head}:{text[:place]}{other}{text[place + 1 :]}"
        with connection.cursor() as cursor:
            cursor.execute("update core_worker set phone = %s", [changed])
        with pytest.raises(SealRefused):
            _ = Worker.objects.get().phone


@pytest.mark.parametrize("envelope", ["1:k:", "9:k:AAAA", "1:unknown:AAAA", "1::A"])
def test_a_broken_envelope_is_refused_with_a_sentence(envelope):
    Worker.objects.create(name="张三")
    row = Worker.objects.get()
    row.__dict__["phone"] = Worker._meta.get_field("phone").from_db_value(envelope, None, None)
    with pytest.raises(SealRefused):
        _ = row.phone


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: Worker.objects.update(phone="13800138000"),
        lambda: Worker.objects.filter(phone="13800138000"),
        lambda: Worker.objects.exclude(phone__contains="138"),
        lambda: Worker.objects.filter(phone__in=["13800138000"]),
        lambda: Worker.objects.bulk_update([Worker.objects.get()], ["phone"]),
    ],
    ids=["update", "filter", "exclude", "in", "bulk_update"],
)
def test_what_cannot_work_on_a_sealed_value_is_refused_clearly(attempt):
    Worker.objects.create(name="张三", phone="13800138000")
    with pytest.raises(TypeError, match=r"Worker\.phone is encrypted"):
        attempt()


def test_whether_there_is_a_value_can_be_asked():
    Worker.objects.create(name="张三", account="6222")
    Worker.objects.create(name="李四")
    names = Worker.objects.filter(account__isnull=False).values_list("name", flat=True)
    assert list(names) == ["张三"]


def test_the_database_refuses_plain_text_whatever_way_it_comes():
    Worker.objects.create(name="13800138000")
    with pytest.raises(IntegrityError, match="phone_check"), transaction.atomic():
        Worker.objects.update(phone=models.F("name"))


def test_a_value_is_found_by_its_blind_index_however_it_is_typed():
    worker = Worker.objects.create(name="张三", phone="138 0013 8000")
    Worker.objects.create(name="李四", phone="13900139000")

    assert Worker.objects.get(phone_index__of="+86 13800138000") == worker
    assert Worker.objects.exclude(phone_index__of="13900139000").get() == worker
    assert not Worker.objects.filter(phone_index__of="").exists()


def test_the_blind_index_follows_the_value():
    worker = Worker.objects.create(name="张三", phone="13800138000")
    worker.phone = "13900139000"
    worker.save()
    assert Worker.objects.get(phone_index__of="13900139000") == worker
    worker.phone = ""
    worker.save()
    assert Worker.objects.get().phone_index is None


def test_the_same_value_twice_breaks_a_unique_blind_index():
    Worker.objects.create(name="张三", phone="13800138000")
    with pytest.raises(IntegrityError), transaction.atomic():
        Worker.objects.create(name="李四", phone="138-0013-8000")


def test_the_same_value_in_two_columns_has_two_digests():
    worker = Worker.objects.create(name="张三", phone="13800138000", account="13800138000")
    assert worker.phone_index != worker.account_index


def test_rows_move_to_a_new_key_batch_by_batch_and_stay_readable(settings):
    phones = [f"138001380{n:02d}" for n in range(5)]
    Worker.objects.bulk_create([Worker(name="张三", phone=phone) for phone in [*phones, ""]])
    settings.FIELD_KEYS = {"new": b"n" * 32, **settings.FIELD_KEYS}

    reached, batches = 0, 0
    while (reached := reseal(Worker, "phone", above=reached, limit=2)) is not None:
        batches += 1
        assert [row.phone for row in Worker.objects.order_by("pk")] == [*phones, ""]

    assert batches == 3
    assert reseal(Worker, "phone") is None
    settings.FIELD_KEYS = {"new": b"n" * 32}
    assert [row.phone for row in Worker.objects.order_by("pk")] == [*phones, ""]


def test_only_encrypted_columns_are_resealed():
    with pytest.raises(TypeError, match="not encrypted"):
        reseal(Worker, "name")


def test_a_sealed_value_in_a_message_shows_no_secret():
    worker = Worker.objects.create(name="张三", phone="13800138000")
    assert worker.phone == "13800138000"
    assert "13800138000" not in repr(worker.__dict__)
    assert "13800138000" not in repr(Worker.objects.values("phone"))


def test_a_model_with_an_encrypted_field_needs_a_public_id():
    assert [found.id for found in Nameless.check() if isinstance(found, Error)] == ["core.E001"]


def test_a_public_id_is_known_before_the_row_is_stored():
    worker = Worker(name="张三")
    before = worker.public_id
    worker.save()
    assert Worker.objects.get(public_id=before) == worker
    prefix, _, code = before.partition("_")
    assert (prefix, len(code)) == ("wrk", 22)
    assert set(code) <= set(ALPHABET)


def test_public_ids_do_not_repeat():
    assert len({new_public_id("wrk") for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("public_id", {"prefix": "wrk"}),
        ("wage", {"default": Decimal(0)}),
        ("phone", {"blank": True}),
        (
            "phone_index",
            {
                "of": "phone",
                "normalise": "apps.core.identity.normalise_phone",
                "unique": True,
            },
        ),
        ("account_index", {"of": "account"}),
    ],
)
def test_migrations_write_only_what_a_model_says(name, options):
    field = Worker._meta.get_field(name)
    _name, _path, args, kwargs = field.deconstruct()
    assert (list(args), kwargs) == ([], options)
    again = type(field)(**kwargs)
    assert again.deconstruct()[3] == options


def test_money_keeps_two_places():
    worker = Worker.objects.create(name="张三", wage=Decimal("123456789012.34"))
    worker.refresh_from_db()
    assert worker.wage == Decimal("123456789012.34")


def test_an_envelope_names_its_algorithm_and_key(settings):
    settings.FIELD_KEYS = {"2026a": b"k" * 32}
    worker = Worker.objects.create(name="张三", phone="13800138000")
    algorithm, key_id, text = stored("phone", worker).split(":")
    assert (algorithm, key_id) == ("1", "2026a")
    assert b64encode(b"13800138000").decode() not in text
