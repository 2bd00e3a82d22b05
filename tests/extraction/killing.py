"""A backbone whose process dies, for the test of a killed rank."""

import os
import signal
from pathlib import Path

from mmaction.registry import MODELS

from tests.support.tiny import TinyBackbone


@MODELS.register_module(force=True)
class KillingBackbone(TinyBackbone):
    """:class:`TinyBackbone` that kills its process once, by SIGKILL.

    Args:
        rank (int): Of the process to kill.
        clips (int): Clips before that.
        note (str): File that is made before; where it is there, no more.
    """

    def __init__(self, rank, clips, note, init_cfg=None):
        super().__init__(init_cfg)
        self.rank, self.clips, self.note = rank, clips, Path(note)

    def forward(self, inputs):
        self.clips -= len(inputs)
        mine = int(os.environ.get('RANK', -1)) == self.rank
        if mine and self.clips < 0 and not self.note.exists():
            self.note.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().forward(inputs)
