"""Whatever decides a site's duty marks the site when it changes, in the same transaction.

Site 0 stands for all of them: a rule changed. The functions take nothing but numbers of sites.
"""

from django.db import migrations

FUNCTIONS = {
    "site": "SELECT DISTINCT id FROM {rows}",
    "row": "SELECT DISTINCT site_id FROM {rows}",
    # Each by its key: a join would read the whole table while a load has no statistics yet.
    "terms": """SELECT DISTINCT site FROM (
            SELECT (SELECT site_id FROM policies_policy p WHERE p.id = r.policy_id) AS site
            FROM {rows} r
        ) sites WHERE site IS NOT NULL""",
    "law": "SELECT 0 WHERE EXISTS (SELECT 1 FROM {rows})",
}
TABLES = {
    "enterprises_site": "site",
    "enterprises_headcount": "row",
    "enterprises_riskfact": "row",
    "enterprises_fatalaccident": "row",
    "policies_policy": "row",
    "policies_rosterterms": "terms",
    "duty_exemption": "row",
    "duty_externalcover": "row",
    "duty_listentry": "row",
    "reference_scoperule": "law",
    "reference_categoryindustry": "law",
    "reference_parameter": "law",
}
EVENTS = {"insert": ("NEW",), "update": ("NEW",), "delete": ("OLD",)}


def function(kind):
    return f"""
CREATE FUNCTION duty_mark_{kind}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO duty_stalesite (site_id) {FUNCTIONS[kind].format(rows="touched")};
    RETURN NULL;
END $$;
"""


def trigger(table, kind, event):
    (which,) = EVENTS[event]
    return f"""
CREATE TRIGGER duty_mark_{event} AFTER {event.upper()} ON {table}
REFERENCING {which} TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION duty_mark_{kind}();
"""


class Migration(migrations.Migration):
    dependencies = [("duty", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(function(kind), f"DROP FUNCTION duty_mark_{kind}()")
            for kind in FUNCTIONS
        ),
        *(
            migrations.RunSQL(
                trigger(table, kind, event), f"DROP TRIGGER duty_mark_{event} ON {table}"
            )
            for table, kind in TABLES.items()
            for event in EVENTS
        ),
    ]
