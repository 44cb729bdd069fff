"""Runs a command on a pseudo-terminal of its own, and prints what it writes there.

The one argument is JSON: {"columns": 80, "when": [["round 3/", "resize", 40], ["round 9/", "type", "\\u0003"]],
"command": [...]}. Each entry of "when" waits for its words in what came after the entry before it, and then gives the
terminal another width, or types. Each line of the output is JSON: {"columns": 80, "text": "..."} of what was written
while the terminal was that wide, and at the end {"status": 0}.
"""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 600

task = json.loads(sys.argv[1])
columns = task["columns"]
when = list(task["when"])


def set_columns(terminal):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def say(**what):
    print(json.dumps(what), flush=True)


child, terminal = pty.fork()
if child == 0:
    # A shell in the background has its children ignore this one; a person's terminal does not.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    set_columns(0)
    os.execvp(task["command"][0], task["command"])

set_columns(terminal)
end = time.monotonic() + PATIENCE
since = ""
pending = b""
while True:
    if time.monotonic() > end:
        os.kill(child, signal.SIGKILL)
        say(columns=columns, text="drive.py: nothing came of it within %d s" % PATIENCE)
        break
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        read = os.read(terminal, 65536)
    except OSError:  # the child has closed its side
        break
    if not read:
        break
    say(columns=columns, text=read.decode("utf-8", "replace"))
    since += read.decode("utf-8", "replace")
    if when and when[0][0] in since:
        words, action, value = when.pop(0)
        since = ""
        if action == "resize":
            columns = value
            set_columns(terminal)
        else:
            os.write(terminal, value.encode())

status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
say(status=status)
