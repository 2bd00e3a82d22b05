"""Distributed training without a GPU."""

from mmengine.model import MMDistributedDataParallel
from mmengine.registry import MODEL_WRAPPERS


# mmengine looks wrappers up in its root registry alone, whatever the scope.
@MODEL_WRAPPERS.register_module()
class CPUDistributedDataParallel(MMDistributedDataParallel):
    """``MMDistributedDataParallel`` for CPUs.

    mmengine names a GPU (``device_ids``) for each rank, which torch refuses
    for a model on the CPU; ``model_wrapper_cfg=dict(
    type='CPUDistributedDataParallel')`` leaves it out.

    Args:
        module (nn.Module): The model.
        **kwargs: Of :class:`mmengine.model.MMDistributedDataParallel`.
    """

    def __init__(self, module, **kwargs) -> None:
        kwargs['device_ids'] = None
        super().__init__(module=module, **kwargs)
