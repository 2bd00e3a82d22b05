"""What a camera looks at, as numbers: drawn here, painted in background.py."""

from dataclasses import dataclass
from typing import Tuple

import numpy as np

from .camera import HEIGHT, WIDTH, Camera

Colour = Tuple[float, float, float]  # blue, green, red in 0..255

PAVINGS = ('slabs', 'bricks', 'asphalt', 'grass')
GROUND = dict(
    slabs=(178, 186, 190),
    bricks=(140, 154, 178),
    asphalt=(136, 138, 138),
    grass=(92, 142, 118),
)
# A person of 1.7 m is this tall, in pixels, with feet on row 225 and 100.
NEAR_PERSON, FAR_PERSON = (60.0, 70.0), (36.0, 42.0)


@dataclass(frozen=True)
class Walkway:
    """A straight band of ground that people walk along.

    Args:
        x, z (float): A point of its middle line, metres.
        angle (float): Of the line against the X axis, radians.
        half_width (float): Metres.
    """

    x: float
    z: float
    angle: float
    half_width: float

    @property
    def along(self) -> np.ndarray:
        """Unit vector (X, Z) along the band."""
        return np.array([np.cos(self.angle), np.sin(self.angle)])

    @property
    def across(self) -> np.ndarray:
        """Unit vector (X, Z) across the band, away from the camera."""
        return np.array([-np.sin(self.angle), np.cos(self.angle)])


@dataclass(frozen=True)
class Scene:
    """One camera: place, light and sensor.

    Args:
        seed (int): Of the textures.
        camera (Camera): Where from it is seen.
        walkways (tuple[Walkway]): One or two bands.
        flow (int): 1 if people walk to the right, -1 if to the left.
        paving, path_paving (str): Of ``PAVINGS``, the plaza's and the bands'.
        back_wall (str): What closes the view: 'building', 'hedge', 'fence'.
        props (tuple[tuple[str, float, float]]): Kind, X, Z of standing
            things.
        gain (float): Brightness, 1 is a bright day.
        tint (tuple[float, float, float]): Gains of blue, green, red.
        sun (tuple[float, float]): Where the shadow of one metre of height
            falls: X, Z in metres.
        shadow (float): Share of the light that a shadow takes, 0..1.
        vignette (float): Share of the light that the corners miss, 0..1.
        blur (float): Standard deviation of the lens's blur, pixels.
        noise (float): Standard deviation of the sensor's noise, 0..255.
        flicker (float): Standard deviation of the brightness over time.
    """

    seed: int
    camera: Camera
    walkways: Tuple[Walkway, ...]
    flow: int
    paving: str
    path_paving: str
    back_wall: str
    props: Tuple[Tuple[str, float, float], ...]
    gain: float
    tint: Colour
    sun: Tuple[float, float]
    shadow: float
    vignette: float
    blur: float
    noise: float
    flicker: float


def draw_scene(rng: np.random.Generator) -> Scene:
    """Draw a scene; nothing in it knows of normal and abnormal.

    Args:
        rng (np.random.Generator): Source of all choices.
    """
    camera = _draw_camera(rng)
    walkways = _draw_walkways(rng, camera)
    paving, path_paving = rng.choice(PAVINGS, 2, replace=False)
    if path_paving == 'grass':
        paving, path_paving = path_paving, paving
    return Scene(
        seed=int(rng.integers(2**31)),
        camera=camera,
        walkways=walkways,
        flow=int(rng.choice([-1, 1])),
        paving=str(paving),
        path_paving=str(path_paving),
        back_wall=str(rng.choice(['building', 'hedge', 'fence'])),
        props=_draw_props(rng, camera, walkways),
        gain=float(rng.uniform(0.75, 1.1)),
        tint=tuple(
            1 + float(rng.uniform(-0.06, 0.06)) * side for side in (1, 0, -1)
        ),
        sun=(float(rng.uniform(-0.8, 0.8)), float(rng.uniform(-0.4, 0.6))),
        shadow=float(rng.uniform(0.1, 0.45)),
        vignette=float(rng.uniform(0, 0.25)),
        blur=float(rng.uniform(0.45, 0.75)),
        noise=float(rng.uniform(1.5, 5)),
        flicker=float(rng.uniform(0.002, 0.012)),
    )


def _draw_camera(rng: np.random.Generator) -> Camera:
    near, far = rng.uniform(*NEAR_PERSON), rng.uniform(*FAR_PERSON)
    # A person's height in pixels grows in proportion to the distance of the
    # feet from the horizon, so two heights give horizon and camera height.
    horizon = (100 * near - 225 * far) / (near - far)
    return Camera(
        height=float(1.7 * (225 - horizon) / near),
        focal=float(rng.uniform(260, 340)),
        horizon=float(horizon),
    )


def _draw_walkways(
    rng: np.random.Generator, camera: Camera
) -> Tuple[Walkway, ...]:
    rows = (
        [rng.uniform(150, 195)]
        if rng.random() < 0.5
        else [rng.uniform(112, 130), rng.uniform(185, 208)]
    )
    walkways = []
    for row in rows:
        _, z = camera.ground(WIDTH / 2, row)
        walkways.append(
            Walkway(
                x=0.0,
                z=float(z),
                angle=float(rng.uniform(-0.22, 0.22)),
                half_width=float(rng.uniform(1.0, 1.5)),
            )
        )
    return tuple(walkways)


def _draw_props(
    rng: np.random.Generator, camera: Camera, walkways: Tuple[Walkway, ...]
):
    props = []
    for _ in range(int(rng.integers(4, 9))):
        kind = str(rng.choice(['tree', 'lamp', 'bench', 'planter', 'bollard']))
        x, z = camera.ground(
            rng.uniform(0, WIDTH), rng.uniform(72, HEIGHT + 4)
        )
        distance = [
            abs(np.dot([x - way.x, z - way.z], way.across)) - way.half_width
            for way in walkways
        ]
        # Broad things do not stand in front of people.
        in_front = any(z < way.z for way in walkways)
        if min(distance) > 0.4 and not (
            in_front and kind in ('tree', 'planter')
        ):
            props.append((kind, float(x), float(z)))
    return tuple(props)
