"""An entry names its own first line; checked at commit, so that no header stands alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "alter table billing_entry add constraint entry_has_lines "
            "foreign key (id, first_line) references billing_posting (entry_id, line) "
            "deferrable initially deferred",
            "alter table billing_entry drop constraint entry_has_lines",
        )
    ]
