"""A backbone whose process dies, for tests of what is left then."""

import os
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
