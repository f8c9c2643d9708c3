from apps.enterprises.services.contacts import reveal_contact
from apps.enterprises.services.counting import correct_headcount, record_headcount
from apps.enterprises.services.enterprises import (
    close_enterprise,
    correct_enterprise,
    register_enterprise,
    restore_enterprise,
    verify_enterprise,
)
from apps.enterprises.services.exports import export_enterprises
from apps.enterprises.services.facts import end_fact, end_grade, record_fact, record_grade
from apps.enterprises.services.insurers import assign_insurer
from apps.enterprises.services.sharing import share_site, unshare_site
from apps.enterprises.services.site_states import close_site, resume_site, suspend_site
from apps.enterprises.services.sites import NewSite, add_site, correct_site

__all__ = [
    "NewSite",
    "add_site",
    "assign_insurer",
    "close_enterprise",
    "close_site",
    "correct_enterprise",
    "correct_headcount",
    "correct_site",
    "end_fact",
    "end_grade",
    "export_enterprises",
    "record_fact",
    "record_grade",
    "record_headcount",
    "register_enterprise",
    "restore_enterprise",
    "resume_site",
    "reveal_contact",
    "share_site",
    "suspend_site",
    "unshare_site",
    "verify_enterprise",
]
