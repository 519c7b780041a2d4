"""The sender's process: no terminal and nobody to speak to, so it prints nothing; what goes wrong another tries again."""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..telemetry.world import World

# A sender that still runs after this is stuck: in a resolver, on a disk that went away.
DEADLINE_SECONDS = 5 * 60

# A developer's DNS server, "127.0.0.1:5300", to ask instead of the system's resolver.
_SERVER_VARIABLE = "SOTTO_SERVER"


def main(folder: str) -> None:
    """Become nobody's child, and run the sender. folder is that of the program, where opt-out files are looked for."""
    _detach()
    _arm_deadline()
    try:
        os.nice(19)
    except OSError:
        # Some systems do not let it.
        pass
    try:
        # Only now: loading the rest from a disk that hangs has to end, too.
        from ..telemetry.world import World
        from ..wire.lookup import Resolver
        from .sender import run_sender

        world = World()
        world.working_folder = folder or None
        run_sender(world, Resolver(world.environment.get(_SERVER_VARIABLE)), is_foreground=False)
    finally:
        # Not by the interpreter's own end, which could wait for a look-up that is pending.
        os._exit(0)


def send_in_foreground(world: World) -> None:
    """Send in this process: what may be sent at once, and the rest of a flush. Raises OSError."""
    from ..installation.nextminute import START_GAP_MINUTES, write_next
    from ..wire.lookup import Resolver
    from .sender import run_sender

    state = world.places.state
    if state is not None and os.path.isdir(state.path):
        # If this process is killed while it sends, a later run's sender takes up what is left.
        write_next(state, world.minute() + START_GAP_MINUTES)
    run_sender(world, Resolver(world.environment.get(_SERVER_VARIABLE)), is_foreground=True)


def _detach() -> None:
    """The process that was started has a parent, which would have to take leave of it: it ends at once."""
    os.chdir("/")
    _close_inherited()
    try:
        os.setsid()
    except OSError:
        # It is a session's leader already.
        pass
    if os.fork() > 0:
        os._exit(0)


def _close_inherited() -> None:
    """Close what the program had open and did not mark as its own. There may be a billion numbers, so none is guessed."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            descriptors = [int(name) for name in os.listdir(folder)]
        except OSError:
            continue
        for descriptor in descriptors:
            if descriptor > 2:
                try:
                    os.close(descriptor)
                except OSError:
                    # The listing's own.
                    pass
        return


def _arm_deadline() -> None:
    """End this process after a while, whatever it is doing then: by the kernel, not by code that might not run."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    signal.alarm(DEADLINE_SECONDS)
