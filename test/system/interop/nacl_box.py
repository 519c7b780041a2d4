"""Seals and opens with PyNaCl what the test sends: one JSON object a line in, one out."""

import json
import sys

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox


def answer(order):
    try:
        if order["do"] == "public":
            return bytes(PrivateKey(bytes.fromhex(order["secret"])).public_key).hex()
        if order["do"] == "seal":
            box = SealedBox(PublicKey(bytes.fromhex(order["public"])))
            return bytes(box.encrypt(bytes.fromhex(order["octets"]))).hex()
        box = SealedBox(PrivateKey(bytes.fromhex(order["secret"])))
        return box.decrypt(bytes.fromhex(order["octets"])).hex()
    except (CryptoError, RuntimeError):
        return None


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
