"""Prints emitter.json, by PyNaCl and Python's own library alone: nothing of ours computes anything that it holds.

    /usr/bin/python3 test/vectors/make-emitter.py > test/vectors/emitter.json

Every run prints the same octets: what is random in a report is fixed here.
"""

import base64
import datetime
import hashlib
import json
import math

from nacl import bindings

ZONE = "r.example.net"
SECRET = bytes([0x22]) * 32
PUBLIC = bindings.crypto_scalarmult_base(SECRET)
# As in independent/vectors.json, which has the same recipient.
PUBLIC_TEXT = "sotto1p74xsnkj3pnmjl62dgk7uh0ce6t5ua4hqx8r7g4pcn8jv7zhpusqaajx9x"


def day_of(unix):
    return unix // 86400


def head_week_of(day):
    return (day - 4) // 7 % 64


def block_of(kind, day, body):
    return bytes([kind]) + day.to_bytes(2, "big") + body.ljust(63, b"\0")


def seal(block, ephemeral_secret):
    """crypto_box_seal, with the ephemeral key given: https://doc.libsodium.org/public-key_cryptography/sealed_boxes"""
    ephemeral_public = bindings.crypto_scalarmult_base(ephemeral_secret)
    nonce = hashlib.blake2b(ephemeral_public + PUBLIC, digest_size=24).digest()
    box = ephemeral_public + bindings.crypto_box(block, nonce, PUBLIC, ephemeral_secret)
    assert bindings.crypto_box_seal_open(box, PUBLIC, SECRET) == block
    return ephemeral_public, nonce, box


def solve(week, box, bits, start):
    for tries in range(1 << 24):
        salt = (start + tries) % (1 << 24)
        frame = bytes([week]) + salt.to_bytes(3, "big") + box
        digest = hashlib.sha256(frame).digest()
        if int.from_bytes(digest, "big") >> (256 - bits) == 0:
            return salt, tries + 1, frame, digest
    raise AssertionError("no salt fits")


def name_of(frame):
    digits = base64.b32encode(frame).decode().lower().rstrip("=")
    assert len(digits) == 189
    return f"{digits[:63]}.{digits[63:126]}.{digits[126:]}.{ZONE}."


def frame_vector(name, text, day, bits, ephemeral_secret, start):
    octets = text.encode()
    assert 2 <= len(octets) <= 63
    block = block_of(1, day, octets)
    ephemeral_public, nonce, box = seal(block, ephemeral_secret)
    week = head_week_of(day)
    salt, tries, frame, digest = solve(week, box, bits, start)
    return {
        "name": name,
        "text": text,
        "date": (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat(),
        "day": day,
        "bits": bits,
        "ephemeralSecret": ephemeral_secret.hex(),
        "saltStart": start,
        "block": block.hex(),
        "ephemeralPublic": ephemeral_public.hex(),
        "nonce": nonce.hex(),
        "box": box.hex(),
        "week": week,
        "salt": salt,
        "tries": tries,
        "frame": frame.hex(),
        "digest": digest.hex(),
        "id": hashlib.sha256(box).hexdigest(),
        "qname": name_of(frame),
    }


def message_vector(name, text, day, message_id):
    octets = text.encode()
    chunks = [octets[at : at + 54] for at in range(0, len(octets), 54)]
    assert 64 <= len(octets) <= 864
    places = [bytes([index << 4 | len(chunks) - 1]) for index in range(len(chunks))]
    blocks = [block_of(2, day, message_id + place + chunk) for place, chunk in zip(places, chunks)]
    return {
        "name": name,
        "text": text,
        "day": day,
        "messageId": message_id.hex(),
        "blocks": [block.hex() for block in blocks],
    }


def allowed(octets):
    """The rules of docs/protocol.md, section 6, on Python's json."""

    def members(pairs):
        names = [name for name, _ in pairs]
        if len(names) != len(set(names)):
            raise ValueError("a name twice")
        return dict(pairs)

    def number(text):
        value = float(text)
        if math.isinf(value):
            raise ValueError("a number that overflows")
        return value

    def constant(text):
        raise ValueError(f"{text} is not JSON")

    def check(value, depth):
        if isinstance(value, str):
            value.encode()  # Refuses lone surrogates.
        if isinstance(value, (dict, list)):
            if depth > 8:
                raise ValueError("too deep")
            for inner in [*value.keys(), *value.values()] if isinstance(value, dict) else value:
                check(inner, depth + 1)

    try:
        if not 2 <= len(octets) <= 864 or b"\0" in octets:
            raise ValueError("length, or NUL")
        hooks = {"parse_float": number, "parse_int": number, "parse_constant": constant}
        value = json.loads(octets.decode(), object_pairs_hook=members, **hooks)
        if not isinstance(value, dict):
            raise ValueError("no object")
        check(value, 1)
        return True
    except ValueError:
        return False


def text_vector(why, text, good):
    octets = text if isinstance(text, bytes) else text.encode()
    assert allowed(octets) == good, why
    return {"why": why, "octets": octets.hex(), "good": good}


def secret(name):
    return hashlib.sha256(f"sotto emitter vector: {name}".encode()).digest()


def frames():
    long = '{"v":"' + "x" * 55 + '"}'
    wide = '{"v":"naïve, 東京, 😀"}'
    rows = [
        ("worked example", '{"v":"1.4.2","t":true}', 20780, 18, 0x123456),
        ("the shortest text", "{}", 20780, 8, 0x000001),
        ("63 octets, no padding", long, 20780, 8, 0x800000),
        ("octets beyond ASCII", wide, 20780, 8, 0x00FFFF),
        ("JSON white space is kept", '{ "v" : "1.4.2" }\n', 20780, 8, 0x0A0B0C),
        ("the search passes the greatest salt", '{"t":false}', 20780, 10, 0xFFFFFF),
        ("no bits: the first salt fits", '{"t":false}', 20780, 0, 0xABCDEF),
        ("12 bits", '{"t":false}', 20780, 12, 0x424242),
        ("a Sunday", '{"d":0}', 20786, 8, 0x010203),
        ("the Monday after it", '{"d":1}', 20787, 8, 0x010203),
        ("head week 63", '{"w":63}', 4 + 7 * (64 * 46 + 63), 8, 0x0F0F0F),
        ("head week 0", '{"w":0}', 4 + 7 * 64 * 47, 8, 0x0F0F0F),
        ("the last day that a block holds", '{"d":65535}', 65535, 8, 0x0F0F0F),
    ]
    assert datetime.date(1970, 1, 1) + datetime.timedelta(days=20786) == datetime.date.fromisocalendar(2026, 48, 7)
    made = [frame_vector(name, text, day, bits, secret(name), start) for name, text, day, bits, start in rows]
    by_name = {one["name"]: one for one in made}
    passed = by_name["the search passes the greatest salt"]
    assert passed["salt"] < passed["saltStart"]
    return made


def messages():
    return [
        message_vector("64 octets: two parts", '{"v":"' + "x" * 56 + '"}', 20780, bytes(range(8))),
        message_vector("a character over two parts", '{"v":"' + "x" * 47 + "é" * 10 + '"}', 20780, bytes([0xFF]) * 8),
        message_vector("108 octets: the last part is full", '{"v":"' + "x" * 100 + '"}', 20780, secret("id")[:8]),
        message_vector("864 octets: sixteen parts", '{"v":"' + "x" * 856 + '"}', 20780, secret("ids")[:8]),
    ]


def texts():
    good = [
        ("the shortest", "{}"),
        ("white space anywhere", ' \t\r\n{ "a" : [ 1 , 2 ] }\n'),
        ("depth 8", '{"a":' * 7 + "{}" + "}" * 7),
        ("depth 8, by lists", '{"a":' + "[" * 7 + "]" * 7 + "}"),
        ("a name that is empty", '{"":1}'),
        ("names that differ by normalisation alone", '{"\u00e9":1,"e\u0301":2}'),
        ("names that differ by case alone", '{"a":1,"A":2}'),
        ("the same name in two objects", '{"a":{"a":1}}'),
        ("a pair of surrogates, escaped", '{"a":"\\ud83d\\ude00"}'),
        ("the greatest double", '{"a":1.7976931348623157e308}'),
        ("a number that is rounded", '{"a":9007199254740993}'),
        ("a number that vanishes", '{"a":1e-999}'),
        ("minus zero", '{"a":-0}'),
        ("NUL, escaped", '{"a":"\\u0000"}'),
        ("a byte order mark inside a string", '{"a":"\ufeff"}'),
        ("864 octets", '{"a":"' + "x" * 856 + '"}'),
    ]
    bad = [
        ("nothing", ""),
        ("one octet", "1"),
        ("a list", "[]"),
        ("a string", '"a"'),
        ("null", "null"),
        ("two objects", "{}{}"),
        ("cut short", '{"a":1'),
        ("a comma at the end", '{"a":1,}'),
        ("single quotes", "{'a':1}"),
        ("a comment", "{}//"),
        ("NaN", '{"a":NaN}'),
        ("Infinity", '{"a":Infinity}'),
        ("a leading zero", '{"a":01}'),
        ("a plus sign", '{"a":+1}'),
        ("a point without digits", '{"a":1.}'),
        ("a number that overflows", '{"a":1e309}'),
        ("a negative number that overflows", '{"a":-1e309}'),
        ("a tab in a string", '{"a":"\t"}'),
        ("white space that is not JSON's", "{\u00a0}"),
        ("a name twice", '{"a":1,"a":1}'),
        ("a name twice, once escaped", '{"a":1,"\\u0061":2}'),
        ("a name twice, deep inside", '{"a":[{"b":1,"b":2}]}'),
        ("depth 9", '{"a":' * 8 + "{}" + "}" * 8),
        ("depth 9, by lists", '{"a":' + "[" * 8 + "]" * 8 + "}"),
        ("a byte order mark", "\ufeff{}"),
        ("a high surrogate alone, escaped", '{"a":"\\ud800"}'),
        ("a low surrogate alone, escaped", '{"a":"\\udc00"}'),
        ("surrogates in the wrong order, escaped", '{"a":"\\ude00\\ud83d"}'),
        ("a lone surrogate in a name, escaped", '{"\\ud800":1}'),
        ("a surrogate in UTF-8", b'{"a":"\xed\xa0\x80"}'),
        ("an octet that UTF-8 never has", b'{"a":"\xff"}'),
        ("UTF-8 that is too long for its character", b'{"a":"\xc0\xaf"}'),
        ("UTF-8 cut short", b'{"a":"\xc3"}'),
        ("a character beyond U+10FFFF", b'{"a":"\xf4\x90\x80\x80"}'),
        ("UTF-16", '{"a":1}'.encode("utf-16-le")),
        ("NUL behind the object", "{}\0"),
        ("865 octets", '{"a":"' + "x" * 857 + '"}'),
    ]
    return [text_vector(*row, True) for row in good] + [text_vector(*row, False) for row in bad]


def main():
    moments = [0, 345_599, 345_600, 1_795_391_999, 1_795_392_000, 1_795_996_799, 1_795_996_800, 5_662_310_399]
    vectors = {
        "format": "sotto emitter",
        "version": 1,
        "origin": "PyNaCl and Python's hashlib, base64 and json, by test/vectors/make-emitter.py",
        "zone": ZONE,
        "recipient": {"secret": SECRET.hex(), "public": PUBLIC.hex(), "text": PUBLIC_TEXT},
        "moments": [{"unix": unix, "day": day_of(unix), "week": head_week_of(day_of(unix))} for unix in moments],
        "frames": frames(),
        "messages": messages(),
        "texts": texts(),
    }
    print(json.dumps(vectors, indent=2, ensure_ascii=False))


main()
