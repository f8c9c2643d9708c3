"""What an enterprise gives that registers itself."""

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.founding import Founder
from apps.documents.services.uploads import hold
from apps.enterprises.papers import AUTHORITY
from apps.reference.models import Town
from tests.codes import uscc
from tests.documents.corpus import pdf
from tests.enterprises.conftest import new_site

CODE = uscc(930_000)


def paper(name="执照.pdf"):
    return SimpleUploadedFile(name, pdf(), "application/pdf")


def terms(**changes):
    town = Town.objects.select_related("district").get(name="桂城街道")
    facts = {
        "uscc": CODE,
        "name": "佛山市南海新锋五金有限公司",
        "ownership": "private",
        "parent_name": "",
        "site": new_site(town=town),
        "death": None,
        "founder": Founder("陈志强", "13827330001", "!", ""),
        "authority": hold(paper(), purpose=AUTHORITY),
    }
    return facts | changes
