"""The signals that end a command as Ctrl-C does: SIGTERM, and SIGHUP, which tells that the terminal is gone.

Source: contract.md "Command line".
"""

import signal


def ending_signals() -> tuple[signal.Signals, ...]:
    """Those besides SIGINT that end a command; not SIGHUP where it is ignored, as under nohup."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return (signal.SIGTERM,)
    return signal.SIGTERM, signal.SIGHUP
