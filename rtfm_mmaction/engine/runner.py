"""mmengine's runner, careful with the work directory."""

import os
import os.path as osp
import time
from functools import cached_property
from typing import Any, Optional

from mmengine.dist import (
    broadcast_object_list,
    is_main_process,
    master_only,
)
from mmengine.logging import MMLogger
from mmengine.runner import Runner

from ..io.atomic import atomic_path
from .detector_record import KEY, record_of_run
from .log_files import leave_to_file


class AnomalyRunner(Runner):
    """``Runner`` that is careful with folders and says what it trained on.

    Its checkpoints hold a ``DetectorRecord``, and its config is written
    whole. mmengine names the folder of logs by the second in which a run
    begins, so that two tests of one work directory that begin together write
    into each other's files.
    """

    def setup_env(self, env_cfg: dict) -> None:
        """Set up the environment; take a folder of logs that nobody has.

        Args:
            env_cfg (dict): See :meth:`mmengine.runner.Runner.setup_env`.
        """
        super().setup_env(env_cfg)
        stamp = self._timestamp
        while is_main_process():
            try:
                os.mkdir(osp.join(self.work_dir, stamp))
                break
            except FileExistsError:
                time.sleep(0.1)
                stamp = time.strftime('%Y%m%d_%H%M%S')
        stamps = [stamp]
        broadcast_object_list(stamps)
        self._timestamp = stamps[0]

    @cached_property
    def detector_record(self) -> dict:
        """What checkpoints say of the detector, in plain values."""
        return record_of_run(self.cfg, self.train_dataloader.dataset).to_dict()

    @master_only
    def save_checkpoint(
        self,
        out_dir: str,
        filename: str,
        *args: Any,
        meta: Optional[dict] = None,
        **kwargs: Any,
    ) -> None:
        """Save a checkpoint that knows what the detector was made with.

        Args:
            out_dir (str): See
                :meth:`mmengine.runner.Runner.save_checkpoint`.
            filename (str): As there.
            *args (Any): As there.
            meta (dict, optional): As there. Defaults to None.
            **kwargs (Any): As there.
        """
        meta = {**(meta or {}), KEY: self.detector_record}
        super().save_checkpoint(out_dir, filename, *args, meta=meta, **kwargs)

    def build_logger(self, *args: Any, **kwargs: Any) -> MMLogger:
        """Build the log; what nobody reads at once is left to its file.

        Args:
            *args (Any): See :meth:`mmengine.runner.Runner.build_logger`.
            **kwargs (Any): As there.

        Returns:
            MMLogger: The log.
        """
        logger = super().build_logger(*args, **kwargs)
        leave_to_file(logger)
        return logger

    def dump_config(self) -> None:
        """Write the config into the work directory, whole or not at all."""
        name = f'{self.timestamp}.py'
        if self.cfg.filename is not None:
            name = osp.basename(self.cfg.filename)
        with atomic_path(osp.join(self.work_dir, name)) as temporary:
            self.cfg.dump(temporary)
