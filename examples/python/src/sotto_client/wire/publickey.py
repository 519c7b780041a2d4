"""Public keys as text: BIP-173 bech32 of 32 octets with the prefix `sotto` (docs/protocol.md, section 4)."""

from __future__ import annotations

_PREFIX = "sotto"
_DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_DIGITS = 6

# The prime of Curve25519's field.
_PRIME = 2**255 - 19

# The coordinates for which X25519 gives zero whatever the secret is (https://cr.yp.to/ecdh.html#validate).
_LOW_ORDER = frozenset(
    (
        0,
        1,
        _PRIME - 1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    )
)


def decode_public_key(text: str) -> bytes | None:
    """Read a public key, all in lower or all in upper case. Returns 32 octets; None for what is no key, or a weak one."""
    if not text.isascii() or text not in (text.lower(), text.upper()):
        return None
    prefix, separator, rest = text.lower().rpartition("1")
    if prefix != _PREFIX or not separator or any(digit not in _DIGITS for digit in rest):
        return None
    values = [_DIGITS.index(digit) for digit in rest]
    if len(values) != 52 + _CHECK_DIGITS or _checksum(_expanded() + values) != 1:
        return None
    number = 0
    for value in values[:-_CHECK_DIGITS]:
        number = number << 5 | value
    # 52 digits are 260 bits: the last four are padding.
    if number & 0xF:
        return None
    key = (number >> 4).to_bytes(32, "big")
    return key if is_strong(key) else None


def encode_public_key(key: bytes) -> str:
    """Write a public key of 32 octets."""
    number = int.from_bytes(key, "big") << 4
    values = [number >> 5 * place & 31 for place in reversed(range(52))]
    check = _checksum(_expanded() + values + [0] * _CHECK_DIGITS) ^ 1
    values += [check >> 5 * place & 31 for place in reversed(range(_CHECK_DIGITS))]
    return f"{_PREFIX}1" + "".join(_DIGITS[value] for value in values)


def is_strong(key: bytes) -> bool:
    """Tell whether a key has one text and protects: in the field, without the top bit, not of low order."""
    number = int.from_bytes(key, "little")
    return number < _PRIME and number not in _LOW_ORDER


def _expanded() -> list[int]:
    return [ord(letter) >> 5 for letter in _PREFIX] + [0] + [ord(letter) & 31 for letter in _PREFIX]


def _checksum(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= generator
    return check
