"""A change recorded on a policy's stack marks the policy's site."""

from django.db import migrations

TRIGGER = """
CREATE TRIGGER duty_mark_insert AFTER INSERT ON policies_policytransaction
REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION duty_mark_terms();
"""


class Migration(migrations.Migration):
    dependencies = [("duty", "0002_marks"), ("policies", "0001_initial")]

    operations = [
        migrations.RunSQL(
            TRIGGER, "DROP TRIGGER duty_mark_insert ON policies_policytransaction"
        )
    ]
