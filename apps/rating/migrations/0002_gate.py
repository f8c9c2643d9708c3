"""A tariff is approved, and published, only with a report that the gate passed this very content."""

from django.db import migrations

GUARD = """
create function rating_gate_passed() returns trigger language plpgsql as $$
begin
    if not exists (
        select 1 from rating_gatereport
        where version_id = new.id and digest = new.digest and passed
    ) then
        raise exception 'tariff % has not passed the gate', new.id using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger rating_gate_passed before update of state on catalogue_tariffversion
    for each row
    when (new.state in ('approved', 'active') and old.state is distinct from new.state)
    execute function rating_gate_passed();
"""
UNGUARD = """
drop trigger rating_gate_passed on catalogue_tariffversion;
drop function rating_gate_passed();
"""


class Migration(migrations.Migration):
    dependencies = [("rating", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
