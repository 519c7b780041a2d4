"""Sealed boxes that keep their ephemeral secret, so that the user can open them again (docs/protocol.md, section 4).

This alone needs PyNaCl, and the sender and the commands alone need this.
"""

from __future__ import annotations

import hashlib

from nacl import bindings
from nacl.exceptions import CryptoError

BOX_OCTETS = 114
SECRET_OCTETS = 32
_KEY_OCTETS = 32
_NONCE_OCTETS = 24


def seal_box(block: bytes, public_key: bytes, secret: bytes) -> bytes:
    """Seal as crypto_box_seal does, with a given ephemeral secret.

    Raises CryptoError where X25519 gives zero: then the box would protect nothing.
    """
    ephemeral = bindings.crypto_scalarmult_base(secret)
    shared = bindings.crypto_box_beforenm(public_key, secret)
    return bytes(ephemeral + bindings.crypto_box_afternm(block, _nonce(ephemeral, public_key), shared))


def open_as_sender(box: bytes, secret: bytes, public_key: bytes) -> bytes | None:
    """Open a box by its ephemeral secret: X25519 gives sender and recipient the same key."""
    ephemeral = bindings.crypto_scalarmult_base(secret)
    if box[:_KEY_OCTETS] != ephemeral:
        return None
    try:
        shared = bindings.crypto_box_beforenm(public_key, secret)
        return bytes(bindings.crypto_box_open_afternm(box[_KEY_OCTETS:], _nonce(ephemeral, public_key), shared))
    except CryptoError:
        return None


def box_id(box: bytes) -> str:
    """Return the identity of a frame: SHA-256 of its box, in hexadecimal."""
    return hashlib.sha256(box).hexdigest()


def _nonce(ephemeral: bytes, public_key: bytes) -> bytes:
    return hashlib.blake2b(ephemeral + public_key, digest_size=_NONCE_OCTETS).digest()
