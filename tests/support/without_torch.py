"""A process on a machine without torch."""

import subprocess
import sys

from tests.support.helpers import ROOT

HEAVY = ('torch', 'mmengine', 'mmaction', 'mmcv', 'sklearn', 'torchvision')
# It prints its memory in MiB at the end.
PROGRAM = f"""
import sys

HEAVY = {HEAVY!r}


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in HEAVY:
            raise ModuleNotFoundError(f'no {{name}}', name=name)


sys.meta_path.insert(0, Blocker())
import rtfm_command

code = rtfm_command.main(sys.argv[1:])
assert not set(HEAVY) & set(sys.modules)
# Not getrusage, which tells of the process that started this one, too.
with open('/proc/self/status') as file:
    memory = next(int(l.split()[1]) for l in file if l[:6] == 'VmHWM:') / 1024
print(memory)
sys.exit(code)
"""


def rtfm_without_torch(*arguments):
    """Run a command of ``rtfm`` where torch and the like cannot be imported.

    Args:
        *arguments (str or Path): Command and its arguments.

    Returns:
        subprocess.CompletedProcess: With texts; :func:`memory_of` reads them.
    """
    return subprocess.run(
        [sys.executable, '-c', PROGRAM, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def memory_of(process):
    """Memory of such a process that has ended, in MiB at the most."""
    return float(process.stdout.split()[-1])
