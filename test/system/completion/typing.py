"""Types lines into an interactive shell, with tabs, and prints what the command was called with, one JSON list a line.

typing.py SHELL SCRIPTS... < lines: the scripts are sourced, and each command is a function that prints its arguments.
"""
import json
import pathlib
import sys

import pexpect

SHELLS = {
    "bash": (["--norc", "--noprofile", "-i"], "{}() {{ printf '<%s>' \"$@\"; echo '<end>'; }}", "PS1='ready> '"),
    "zsh": (["-f", "-i"], "{}() {{ printf '<%s>' \"$@\"; echo '<end>'; }}", "autoload -Uz compinit; compinit -D; PS1='ready> '"),
    "fish": (["--no-config", "-i"], "function {}; printf '<%s>' $argv; echo '<end>'; end", "function fish_prompt; echo -n 'ready> '; end"),
}

shell, *scripts = sys.argv[1:]
arguments, function, prompt = SHELLS[shell]
child = pexpect.spawn(shell, arguments, encoding="utf8", timeout=20, dimensions=(50, 200))
child.delaybeforesend = None
setup = [prompt]
for script in scripts:
    setup.append(function.format(pathlib.Path(script).stem))
    setup.append(f"source {script}")
setup.append("echo set''up")
for line in setup:
    child.sendline(line)
child.expect(r"setup\r")
for line in sys.stdin.read().splitlines():
    child.expect("ready> ")
    child.send(line + "\r")
    child.expect(r"(<[^\r\n]*)<end>\r")
    print(json.dumps(child.match.group(1)[1:-1].split("><")), flush=True)
child.sendeof()
