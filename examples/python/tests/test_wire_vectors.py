"""Blocks, boxes, frames, names and texts, by the independent vectors."""

from __future__ import annotations

import json
import unittest

from nacl.bindings import crypto_box_seal_open, crypto_scalarmult_base

from sotto_client.wire.block import make_blocks, piece_of
from sotto_client.wire.box import box_id, open_as_sender, seal_box
from sotto_client.wire.frame import box_of, is_frame, is_solved, solve
from sotto_client.wire.name import decode_name_in, encode_name
from sotto_client.wire.publickey import decode_public_key, encode_public_key
from sotto_client.wire.sealing import seal
from sotto_client.wire.text import read_text

from .vectors import FOLDER, independent

KEYS = json.loads(independent("keys.json"))
ZONE = "r.example.net"
DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def secret_of(text: str) -> bytes:
    """Read a secret key, whose check sum is not looked at: only decoders have one."""
    number = 0
    for digit in text.lower().rpartition("1")[2][:-6]:
        number = number << 5 | DIGITS.index(digit)
    return (number >> 4).to_bytes(32, "big")


SECRETS = {name: secret_of(pair["secret"]) for name, pair in KEYS.items()}


def opened(name: str, to: str) -> bytes | None:
    """Open a name as its recipient does: the block; None where nothing is inside."""
    frame = decode_name_in(name, ZONE)
    secret = SECRETS[to]
    try:
        return None if frame is None else crypto_box_seal_open(box_of(frame), crypto_scalarmult_base(secret), secret)
    except Exception:
        return None


class Sealing(unittest.TestCase):
    """One frame with everything fixed."""

    def test_the_fixed_frame(self) -> None:
        vector = json.loads(independent("vectors.json"))
        public = bytes.fromhex(vector["recipient_public"])
        secret = bytes.fromhex(vector["ephemeral_secret"])
        [block] = make_blocks(vector["json"].encode(), vector["day"], bytes(8))
        self.assertEqual(block.hex(), vector["block"])
        box = seal_box(block, public, secret)
        self.assertEqual(box.hex(), vector["box"])
        self.assertEqual(open_as_sender(box, secret, public), block)
        frame = solve(vector["day"], box, vector["bits"], int(vector["salt_start"], 16))
        assert frame is not None
        self.assertEqual(frame.hex(), vector["frame"])
        self.assertEqual(encode_name(frame, ZONE), vector["name"])
        self.assertEqual(decode_public_key(vector["recipient"]), public)

    def test_keys(self) -> None:
        for name, pair in KEYS.items():
            public = decode_public_key(pair["public"])
            self.assertEqual(public, crypto_scalarmult_base(SECRETS[name]))
            assert public is not None
            self.assertEqual(encode_public_key(public), pair["public"])
            self.assertEqual(decode_public_key(pair["public"].upper()), public)
            self.assertIsNone(decode_public_key(pair["public"][:-1] + "q"))
            self.assertIsNone(decode_public_key(pair["public"].capitalize()))

    def test_keys_that_libsodium_refuses(self) -> None:
        boxes = json.loads((FOLDER / "libsodium-boxes.json").read_text())
        weak = [name for name in boxes if "refus" in name.lower()]
        self.assertEqual(len(weak), 1)
        for one in boxes[weak[0]]:
            key = bytes.fromhex(one if isinstance(one, str) else one["publicKey"])
            self.assertIsNone(decode_public_key(encode_public_key(key)))

    def test_boxes_of_libsodium(self) -> None:
        boxes = json.loads((FOLDER / "libsodium-boxes.json").read_text())["boxes"]
        for one in boxes:
            secret, public, message, box = (
                bytes.fromhex(one[name]) for name in ("secretKey", "publicKey", "message", "box")
            )
            self.assertEqual(crypto_box_seal_open(box, public, secret), message)
            again = seal_box(message, public, bytes(range(32)))
            self.assertEqual(crypto_box_seal_open(again, public, secret), message)

    def test_what_is_sealed_here_opens(self) -> None:
        public = decode_public_key(KEYS["alice"]["public"])
        assert public is not None
        for length in (2, 63, 64, 108, 109, 864):
            text = b'{"a":"' + b"x" * (length - 8) + b'"}' if length > 8 else b"{}"
            frames, _ = seal(text, public, 20_778, 8, lambda octets: bytes(range(octets)))
            names = [encode_name(sealed.frame, ZONE) for sealed in frames]
            blocks = [opened(name, "alice") for name in names]
            self.assertEqual(b"".join(piece_of(block) for block in blocks if block is not None), text)
            self.assertTrue(all(is_solved(sealed.frame, 8) for sealed in frames))


class GoodNames(unittest.TestCase):
    """Names that an independent implementation made."""

    def test_they_are_read(self) -> None:
        for line in independent("good.ndjson").rstrip("\n").split("\n"):
            vector = json.loads(line)
            names, text = vector["names"], vector["json"].encode()
            blocks = [opened(name, vector["to"]) for name in names]
            assert all(block is not None for block in blocks)
            message_id = blocks[0][3:11] if len(blocks) > 1 and blocks[0] is not None else bytes(8)
            # Their parts may come in any order.
            self.assertEqual(sorted(blocks), sorted(make_blocks(text, vector["day"], message_id)))
            self.assertEqual(read_text(text), vector["json"])
            for name in names:
                frame = decode_name_in(name, ZONE)
                assert frame is not None
                self.assertTrue(is_solved(frame, vector["bits"]))
                self.assertEqual(encode_name(frame, ZONE), name.lower().rstrip(".") + ".")


class BadNames(unittest.TestCase):
    """Names that must be refused, each at its stage, as far as a client has it."""

    def test_they_are_refused(self) -> None:
        stages = set()
        for line in independent("bad.ndjson").rstrip("\n").split("\n"):
            vector = json.loads(line)
            stage = vector["stage"]
            with self.subTest(vector["why"]):
                frame = decode_name_in(vector["name"], ZONE) if "name" in vector else None
                if stage == "name":
                    self.assertIsNone(frame)
                elif stage == "open":
                    self.assertIsNone(opened(vector["name"], vector["to"]))
                elif stage == "text":
                    block = opened(vector["name"], vector["to"])
                    assert block is not None and frame is not None
                    if not is_frame(frame, int.from_bytes(block[1:3], "big")):
                        continue
                    body = block[3:]
                    text = body.rstrip(b"\0") if block[0] == 1 and b"\0" not in body.rstrip(b"\0") else b""
                    self.assertIsNone(read_text(text))
                elif stage == "frame":
                    assert frame is not None
                    weeks = (frame[0] - (vector["now_day"] - 4) // 7 + 2) % 64
                    self.assertTrue(frame[0] >= 64 or weeks > 3 or not is_solved(frame, vector["bits"]))
                else:
                    # Parts of a message: a decoder joins them.
                    continue
                stages.add(stage)
        self.assertEqual(stages, {"name", "open", "text", "frame"})


class Receipts(unittest.TestCase):
    """Lines that show that a box was sealed by who has them."""

    def test_they_are_of_the_box(self) -> None:
        names = [name for line in independent("good.ndjson").rstrip("\n").split("\n") for name in json.loads(line)["names"]]
        frames = [frame for frame in (decode_name_in(name, ZONE) for name in names) if frame is not None]
        boxes = {box_id(box_of(frame)): box_of(frame) for frame in frames}
        lines = independent("receipts.txt").splitlines()
        proved = []
        for line in lines:
            box, secret = line.split(" ")[:2]
            ephemeral = crypto_scalarmult_base(bytes.fromhex(secret))
            proved.append(box in boxes and boxes[box][:32] == ephemeral)
        # The last three are forged.
        self.assertEqual(proved, [True] * (len(lines) - 3) + [False] * 3)
