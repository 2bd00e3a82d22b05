"""mmengine's runner, careful with the work directory."""

import os
import os.path as osp
import time

from mmengine.dist import broadcast_object_list, is_main_process
from mmengine.runner import Runner

from ..io.atomic import atomic_path


class AnomalyRunner(Runner):
    """``Runner`` that shares no folder of logs and writes its config whole.

    mmengine names the folder of logs by the second in which a run begins, so
    that two tests of one work directory that begin together write into each
    other's files.
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

    def dump_config(self) -> None:
        """Write the config into the work directory, whole or not at all."""
        name = f'{self.timestamp}.py'
        if self.cfg.filename is not None:
            name = osp.basename(self.cfg.filename)
        with atomic_path(osp.join(self.work_dir, name)) as temporary:
            self.cfg.dump(temporary)
