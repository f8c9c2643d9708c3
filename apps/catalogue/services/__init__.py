from apps.catalogue.services.drafts import (
    create_product,
    delete_draft,
    edit_meta,
    refusal_to_send,
    send_version,
    start_product,
    start_tariff,
    start_tariff_from_book,
)
from apps.catalogue.services.editing import refusal_to_edit
from apps.catalogue.services.product_edits import save_list, save_terms
from apps.catalogue.services.shipped import load_catalogue
from apps.catalogue.services.tariff_edits import (
    import_book,
    refusal_to_import,
    save_bounds,
    save_cells,
    save_golden,
)
from apps.catalogue.services.versions import (
    activate_version,
    approve_version,
    check_tariff,
    product_lines,
    refusal_to_activate,
    refusal_to_approve,
    refusal_to_retire,
    refusal_to_return,
    retire_version,
    return_version,
)

__all__ = [
    "activate_version",
    "approve_version",
    "check_tariff",
    "create_product",
    "delete_draft",
    "edit_meta",
    "import_book",
    "load_catalogue",
    "product_lines",
    "refusal_to_activate",
    "refusal_to_approve",
    "refusal_to_edit",
    "refusal_to_import",
    "refusal_to_retire",
    "refusal_to_return",
    "refusal_to_send",
    "retire_version",
    "return_version",
    "save_bounds",
    "save_cells",
    "save_golden",
    "save_list",
    "save_terms",
    "send_version",
    "start_product",
    "start_tariff",
    "start_tariff_from_book",
]
