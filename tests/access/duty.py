"""Who may use the routes of the must-insure ledger; part of the table beside it."""

Who = set[str]


def duty_routes(
    *, rules: Who, see: Who, supervise: Who, clerks: Who, export: Who, edit: Who
) -> dict[str, Who]:
    return {
        "duty:list": see,
        "duty:towns": see,
        "duty:export": export,
        "duty:letters": supervise,
        "duty:letters_send": supervise,
        "duty:letters_sent": see,
        "duty:letter": see,
        "duty:letter_close": supervise,
        "duty:waiting": supervise,
        "duty:one": see,
        "duty:rules": rules,
        "duty:adjust": supervise,
        "duty:adjust_end": supervise,
        "duty:registry": clerks,
        "duty:registry_template": clerks,
        "duty:registry_review": clerks,
        "duty:registry_decide": clerks,
        "duty:registry_faults": clerks,
        "duty:registry_again": clerks,
        "duty:registry_row": clerks,
        "duty:site": see,
        "duty:contact": supervise,
        "duty:exempt": supervise,
        "duty:exempt_end": supervise,
        "duty:enlist": supervise,
        "duty:accident": clerks,
        "duty:external": edit,
        "duty:external_decide": supervise,
        "duty:object": edit,
        "duty:dispute": see,
        "duty:dispute_decide": supervise,
        "duty:dispute_withdraw": edit,
        "duty_api:duties": see,
        "duty_api:duty": see,
        "duty_api:letters GET": see,
        "duty_api:letters POST": supervise,
    }
