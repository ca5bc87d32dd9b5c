"""A hostile file: what it is, for which type of job it comes, and whether any acceptance of it is wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """`never`: it must be refused. Else it may be accepted if the judge can still read all of it."""

    name: str
    type: str
    data: bytes
    never: bool = True


ALL_TYPES = ("IMAGE_2D", "MODEL_3D", "ANIMATION", "TEMPLATE")
