"""Reads DNS answers with dnspython, a second implementation.

In: pairs of a query and its answer, each behind two octets of length. Out: how many pairs were fine, then the first
offenders, one a line: what was wrong, the query and the answer in hexadecimal.
"""

import sys

try:
    import dns.exception
    import dns.flags
    import dns.message
    import dns.opcode
except ImportError as missing:
    sys.exit(f"dnspython is missing: {missing}; apt-get install python3-dnspython")

OFFENDERS_SHOWN = 10
HEADER_OCTETS = 12
OPCODE_MASK = 0x78
KNOWN_OPCODES = {int(opcode) for opcode in dns.opcode.Opcode}


def messages(octets):
    at = 0
    while at < len(octets):
        length = int.from_bytes(octets[at : at + 2], "big")
        yield octets[at + 2 : at + 2 + length]
        at += 2 + length


def fault(query, wire):
    """What is wrong with an answer, or None. Octets left behind the last record are an error of from_wire."""
    if len(wire) >= HEADER_OCTETS:
        if (wire[2] ^ query[2]) & OPCODE_MASK:
            return "another opcode"
        wire = with_known_opcode(wire)
    try:
        answer = dns.message.from_wire(wire)
    except (dns.exception.DNSException, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    if answer.id != int.from_bytes(query[:2], "big"):
        return "another id"
    if not answer.flags & dns.flags.QR:
        return "QR is 0"
    if answer.question and not query[HEADER_OCTETS:].startswith(question_octets(answer)):
        return "another question"
    return None


def with_known_opcode(wire):
    """dnspython reads no message whose opcode is unassigned; all else of it is read as if it were QUERY."""
    if (wire[2] & OPCODE_MASK) >> 3 in KNOWN_OPCODES:
        return wire
    return wire[:2] + bytes([wire[2] & ~OPCODE_MASK]) + wire[3:]


def question_octets(answer):
    [question] = answer.question
    numbers = [int(question.rdtype), int(question.rdclass)]
    return question.name.to_wire() + b"".join(number.to_bytes(2, "big") for number in numbers)


fine = 0
offenders = []
stream = messages(sys.stdin.buffer.read())
for query in stream:
    answer = next(stream)
    wrong = fault(query, answer)
    if wrong is None:
        fine += 1
    elif len(offenders) < OFFENDERS_SHOWN:
        offenders.append(f"{wrong} query {query.hex()} answer {answer.hex()}")
print("\n".join([str(fine), *offenders]))
