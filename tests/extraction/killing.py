"""Backbones whose process dies, or whose disk is full, for tests of what is
left then.
"""

import os
import resource
import signal
from pathlib import Path

from mmaction.registry import MODELS

from tests.support.tiny import TinyBackbone


@MODELS.register_module(force=True)
class KillingBackbone(TinyBackbone):
    """:class:`TinyBackbone` that kills its process once, by SIGKILL.

    Args:
        clips (int): Clips before that.
        note (str): File that is made before; where it is there, no more.
    """

    def __init__(self, clips, note, init_cfg=None):
        super().__init__(init_cfg)
        self.clips, self.note = clips, Path(note)

    def forward(self, inputs):
        self.clips -= len(inputs)
        if self.clips < 0 and not self.note.exists():
            self.note.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().forward(inputs)


@MODELS.register_module(force=True)
class FullDiskBackbone(TinyBackbone):
    """:class:`TinyBackbone` from whose first pass on files of its process can
    have 300 bytes.

    Args:
        note (str): File that is made then; where it is there, nothing is
            done.
        always (bool): Whether that does not matter. Defaults to False.
    """

    def __init__(self, note, always=False, init_cfg=None):
        super().__init__(init_cfg)
        self.note, self.always = Path(note), always

    def forward(self, inputs):
        if self.always or not self.note.exists():
            self.note.touch()
            limit = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (300, limit))
        return super().forward(inputs)
