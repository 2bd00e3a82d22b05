"""C3D up to its first fully connected layer."""

from mmaction.models.backbones import C3D
from mmaction.registry import MODELS
from torch import Tensor


@MODELS.register_module()
class C3DFC6(C3D):
    """mmaction2's C3D, which gives fc6, as the field's C3D features are.

    `C3D <https://arxiv.org/abs/1412.0767>`_; mmaction2's own gives fc7. All
    parameters are mmaction2's, those of fc7 too, so that its checkpoints load.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Compute fc6, after its ReLU, without dropout.

        Args:
            x (Tensor): (B, 3, 16, 112, 112) float.

        Returns:
            Tensor: (B, 4096) >= 0.
        """
        x = self.pool1(self.conv1a(x))
        x = self.pool2(self.conv2a(x))
        x = self.pool3(self.conv3b(self.conv3a(x)))
        x = self.pool4(self.conv4b(self.conv4a(x)))
        x = self.pool5(self.conv5b(self.conv5a(x)))
        return self.relu(self.fc6(x.flatten(start_dim=1)))
