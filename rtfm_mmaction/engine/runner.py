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
from ..io.fetching import CheckpointError
from .detector_record import KEY, record_of_run
from .log_files import leave_to_file


class AnomalyRunner(Runner):
    """``Runner`` that is careful with folders and says what it trained on.

    Its checkpoints hold a ``DetectorRecord``, and its config is written
    whole. mmengine names the folder of logs by the second in which a run
    begins, so that two tests of one work directory that begin together write
    into each other's files.

    mmengine loads what it can of a checkpoint: with weights of another model a
    run would be tested, or would go on, with random ones in their place. Here
    all have to be there, but for a training that begins from others'
    (``load_from``); a backbone's may come from the file that its config names.
    """

    _whole = False

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

    def build_optim_wrapper(self, optim_wrapper):
        """Build the optimizer.

        Args:
            optim_wrapper (dict or OptimWrapper): See
                :meth:`mmengine.runner.Runner.build_optim_wrapper`.

        Returns:
            OptimWrapper: The optimizer.

        Raises:
            ValueError: If none can be built of the config; names the key.
        """
        try:
            return super().build_optim_wrapper(optim_wrapper)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f'optim_wrapper: expected one that can be built, found {error}'
            ) from error

    def load_checkpoint(
        self, filename: str, map_location='cpu', strict=False, **options
    ) -> dict:
        """Load weights; all of them where a test or a resumed run needs them.

        Args:
            filename (str): Path or address.
            map_location, strict: See
                :meth:`mmengine.runner.Runner.load_checkpoint`.
            **options: See there, too.

        Returns:
            dict: What is in the file.

        Raises:
            CheckpointError: If it does not hold the model's weights; names
                the file.
        """
        try:
            return super().load_checkpoint(
                filename, map_location, strict or self._whole, **options
            )
        except (OSError, ValueError):
            raise
        # Of what a file may hold mmengine and torch raise kinds of all sorts.
        except Exception as error:
            raise _other(filename, 'the weights of this model', error) from (
                error
            )

    def resume(self, filename: str, *args, **options) -> None:
        """Go on from a checkpoint.

        Args:
            filename (str): Path.
            *args: See :meth:`mmengine.runner.Runner.resume`.
            **options: See there, too.

        Raises:
            CheckpointError: If it is none of this training; names the file.
        """
        self._whole = True
        try:
            super().resume(filename, *args, **options)
        except (OSError, CheckpointError):
            raise
        except Exception as error:
            raise _other(
                filename, 'a checkpoint of this training to go on from', error
            ) from error

    def test(self) -> dict:
        """Test; the checkpoint has to hold all weights.

        Returns:
            dict: Figures.
        """
        self._whole = True
        return super().test()


def _other(filename: str, expected: str, error: Exception) -> CheckpointError:
    reason = ' '.join(str(error).split())
    return CheckpointError(
        f'{filename}: expected {expected}, found another '
        f'({type(error).__name__}: {reason:.300})'
    )
