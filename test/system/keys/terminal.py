#!/usr/bin/python3
"""Sits at a pseudo-terminal in a person's place.

Reads a script from standard input, as JSON:

    argv, cwd, env      what is run; env is the whole environment
    columns             width of the terminal
    steps               what the person waits for and does, one after the other:
        expect          text that is to appear; the person acts as soon as it does
        send            what is typed then, as it is: "\\r" is the return key, "\\u0003" Ctrl-C
        atOnce          whether it is typed without a look at whether the terminal would show it
        signal          or: the name of a signal that the program gets
        run             or: a command that is run meanwhile, with {pid} and {tty} filled in
    timeout             seconds for each step and for the end

Writes to standard output, as JSON:

    exitCode, signal    how the program ended
    screen              everything that the terminal showed
    runs                what the commands of `run` printed
    settings            what `stty -a` says of the terminal when the program is gone
    failure             which step was waited for in vain; null when all went as scripted
"""

import fcntl
import json
import signal
import struct
import subprocess
import sys

import pexpect

# linux/asm-generic/ioctls.h: the number of a pseudo-terminal.
TIOCGPTN = 0x80045430

# A program that asks turns the terminal's own echo off; if it does not, the test is to see what comes of it.
SETTLE_SECONDS = 2


def main():
    script = json.load(sys.stdin)
    timeout = script["timeout"]
    program, *arguments = script["argv"]
    child = pexpect.spawn(
        program,
        arguments,
        cwd=script["cwd"],
        env=script["env"],
        encoding="utf-8",
        codec_errors="replace",
        dimensions=(50, script["columns"]),
        timeout=timeout,
        maxread=65536,
    )
    # A fixed delay is either too long or too short; waitnoecho waits until the terminal is ready.
    child.delaybeforesend = None
    number = struct.unpack("I", fcntl.ioctl(child.child_fd, TIOCGPTN, struct.pack("I", 0)))[0]
    tty = f"/dev/pts/{number}"
    screen = []
    runs = []
    failure = None

    def shown():
        screen.append(child.before if isinstance(child.before, str) else "")
        if isinstance(child.after, str):
            screen.append(child.after)

    try:
        for index, step in enumerate(script["steps"]):
            what = f"step {index + 1}: {step['expect']}"
            child.expect_exact(step["expect"])
            shown()
            if not step.get("atOnce", False):
                child.waitnoecho(timeout=SETTLE_SECONDS)
            if "run" in step:
                argv = [part.replace("{pid}", str(child.pid)).replace("{tty}", tty) for part in step["run"]]
                done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
                runs.append((done.stdout + done.stderr).decode("utf-8", "replace"))
            if "signal" in step:
                child.kill(getattr(signal, step["signal"]))
            if "send" in step:
                child.send(step["send"])
        what = "the end"
        child.expect(pexpect.EOF)
        shown()
        child.wait()
    except (pexpect.TIMEOUT, pexpect.EOF, subprocess.TimeoutExpired) as error:
        shown()
        failure = f"{what} ({type(error).__name__})"
    settings = subprocess.run(["stty", "-a", "-F", tty], capture_output=True, timeout=timeout).stdout.decode()
    child.close(force=True)
    result = {
        "exitCode": child.exitstatus,
        "signal": None if child.signalstatus is None else signal.Signals(child.signalstatus).name,
        "screen": "".join(screen),
        "runs": runs,
        "settings": settings,
        "failure": failure,
    }
    json.dump(result, sys.stdout)


main()
