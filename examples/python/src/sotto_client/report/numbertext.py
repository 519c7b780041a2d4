"""Numbers as ECMAScript, and with it RFC 8785, writes them."""

from __future__ import annotations


def number_text(number: float) -> str:
    """Write a number the shortest way, as JavaScript's JSON.stringify does."""
    if isinstance(number, int) and abs(number) < 10**21:
        return str(number)
    value = float(number)
    if value == 0:
        return "0"
    # The shortest digits that give the number back, which Python finds, too; only the notation differs.
    mantissa, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    sign = "-" if value < 0 else ""
    if 0 < point <= 21:
        if len(digits) <= point:
            return sign + digits.ljust(point, "0")
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    exponent = point - 1
    head = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{sign}{head}e{'+' if exponent > 0 else '-'}{abs(exponent)}"
