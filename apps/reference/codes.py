"""The keys that code asks for, one name each; a misspelt key is then a type error."""

from enum import StrEnum


class ParameterCode(StrEnum):
    PROGRAMME_DOCUMENT = "programme.document"
    SCOPE_FATAL_ACCIDENT_YEARS = "scope.fatal_accident_years"
    COVERAGE_BASIS = "coverage.basis"
    COVERAGE_SAME_SUM = "coverage.same_sum"
    INSURER_FREE_CHOICE = "insurer.free_choice"
    CANCELLATION_LAWFUL_GROUNDS_ONLY = "cancellation.lawful_grounds_only"
    POOL_DEPARTMENTS_SET_SHARES = "pool.departments_set_shares"
    EXPERT_QUALIFICATION = "expert.qualification"
    LIMIT_DEATH_NATION = "limit.death_nation"
    LIMIT_DISABILITY_NATION = "limit.disability_nation"
    LIMIT_DEATH_INCOME_MULTIPLE = "limit.death_income_multiple"
    INCOME_URBAN_DISPOSABLE = "income.urban_disposable"
    PREVENTION_FLOOR_RATE = "prevention.floor_rate"
    PREVENTION_CEILING_RATE = "prevention.ceiling_rate"
    COMMISSION_CEILING_RATE = "commission.ceiling_rate"
    INSURER_SOLVENCY_COMPREHENSIVE = "insurer.solvency_comprehensive"
    INSURER_SOLVENCY_CORE = "insurer.solvency_core"
    INSURER_CLEAN_YEARS = "insurer.clean_years"
    TARGET_PARTICIPATION_RATE = "target.participation_rate"
    CLAIM_ASSESSMENT_DAYS = "claim.assessment_days"
    CLAIM_PAYMENT_DAYS = "claim.payment_days"
    CLAIM_REFUSAL_DAYS = "claim.refusal_days"
    CLAIM_ADVANCE_DAYS = "claim.advance_days"
    CLAIM_LIMITATION_YEARS = "claim.limitation_years"
    ACCIDENT_UNIT_REPORT_HOURS = "accident.unit_report_hours"
    ACCIDENT_AUTHORITY_REPORT_HOURS = "accident.authority_report_hours"
    ACCIDENT_CASUALTY_CHANGE_DAYS = "accident.casualty_change_days"
    ACCIDENT_CASUALTY_CHANGE_DAYS_ROAD_FIRE = "accident.casualty_change_days_road_fire"
    ACCIDENT_INVESTIGATION_DAYS = "accident.investigation_days"
    ACCIDENT_INVESTIGATION_EXTENSION_DAYS = "accident.investigation_extension_days"
    ACCIDENT_REPLY_DAYS = "accident.reply_days"
    ACCIDENT_REPLY_DAYS_EXTREME = "accident.reply_days_extreme"
    INJURY_APPLICATION_DAYS = "injury.application_days"
    FINE_UNINSURED_MINIMUM = "fine.uninsured_minimum"
    FINE_UNINSURED_MAXIMUM = "fine.uninsured_maximum"
    FINE_OVERDUE_MINIMUM = "fine.overdue_minimum"
    FINE_OVERDUE_MAXIMUM = "fine.overdue_maximum"
    FINE_ACCIDENT_ORDINARY_MINIMUM = "fine.accident_ordinary_minimum"
    FINE_ACCIDENT_ORDINARY_MAXIMUM = "fine.accident_ordinary_maximum"
    FINE_ACCIDENT_LARGER_MINIMUM = "fine.accident_larger_minimum"
    FINE_ACCIDENT_LARGER_MAXIMUM = "fine.accident_larger_maximum"
    FINE_ACCIDENT_MAJOR_MINIMUM = "fine.accident_major_minimum"
    FINE_ACCIDENT_MAJOR_MAXIMUM = "fine.accident_major_maximum"
    FINE_ACCIDENT_EXTREME_MINIMUM = "fine.accident_extreme_minimum"
    FINE_ACCIDENT_EXTREME_MAXIMUM = "fine.accident_extreme_maximum"
    FINE_FALSE_REPORT_MINIMUM = "fine.false_report_minimum"
    FINE_FALSE_REPORT_MAXIMUM = "fine.false_report_maximum"
    RETENTION_LOG_MONTHS = "retention.log_months"
    RETENTION_ARCHIVE_YEARS = "retention.archive_years"
    COMPLAINT_ANSWER_WORKING_DAYS = "complaint.answer_working_days"
    COMPLAINT_CHECKED_ANSWER_WORKING_DAYS = "complaint.checked_answer_working_days"
    COMPLAINT_EXTENSION_DAYS = "complaint.extension_days"
    PREMIUM_WRITE_OFF_LIMIT = "premium.write_off_limit"
    PREMIUM_WRITE_OFF_CEILING_RATE = "premium.write_off_ceiling_rate"
    PREMIUM_PAYMENT_DAYS = "premium.payment_days"
    PREMIUM_REMIND_BEFORE_DAYS = "premium.remind_before_days"
    PREMIUM_REMIND_EVERY_DAYS = "premium.remind_every_days"


class CoverageBasis(StrEnum):
    PRODUCTION_POSTS = "production_posts"
    ALL_EMPLOYEES = "all_employees"


class DutyLevel(StrEnum):
    """What is asked of a unit, strictest first."""

    MANDATORY = "mandatory"
    PROMOTED = "promoted"
    ENCOURAGED = "encouraged"


class DutyGround(StrEnum):
    """By what a rule knows the units it speaks of."""

    INDUSTRY = "industry"
    ACTIVITY = "activity"
    FATAL_ACCIDENT = "fatal_accident"
    ANY = "any"


# The higher law is named first.
AUTHORITIES = ("nation", "province", "city", "sample")

# Industries for which no other department answers are watched by the emergency bureau itself.
DEFAULT_SECTOR = "emergency"
