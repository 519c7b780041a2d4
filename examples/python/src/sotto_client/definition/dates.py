"""Days since 1970-01-01 UTC, and how they are written (after Howard Hinnant's days_from_civil)."""

from __future__ import annotations

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def day_of_date(text: str) -> int | None:
    """Read a date, "2026-11-23", from 1970 to 9999; None for what is none."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-" or not text.isascii():
        return None
    digits = text[:4] + text[5:7] + text[8:]
    if not digits.isdigit():
        return None
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    if year < 1970 or not 1 <= month <= 12:
        return None
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _LENGTHS[month - 1] + (month == 2 and leap):
        return None
    years = year - (month <= 2)
    era, of_era = divmod(years, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def date_of_day(day: int) -> str:
    """Write a day, "2026-11-23"."""
    era, of_era = divmod(day + 719_468, 146_097)
    years = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * years + years // 4 - years // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return f"{years + era * 400 + (month <= 2):04}-{month:02}-{of_year - (153 * shifted + 2) // 5 + 1:02}"
