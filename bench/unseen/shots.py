"""Pictures of pages as phones, scanners and screens make them, the places of their codes followed through it all."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Corner = tuple[float, float]
DESKS = ((120, 100, 80), (190, 188, 180), (60, 62, 70), (225, 220, 210))
WINDOW = (236, 238, 240)


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture and the corners of each code on it, in pixels."""

    image: Image.Image
    codes: tuple[tuple[Corner, ...], ...]

    def moved(self, image: Image.Image, move: Callable[[float, float], Corner]) -> "Shot":
        """The picture that it became, its codes moved with it."""
        return Shot(image, tuple(tuple(move(x, y) for x, y in code) for code in self.codes))

    def scaled(self, factor: float) -> "Shot":
        """Larger or smaller."""
        size = round(self.image.width * factor), round(self.image.height * factor)
        return self.moved(
            self.image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0), lambda x, y: (x * factor, y * factor)
        )

    def with_codes_of(self, pixels: float) -> "Shot":
        """As large as makes the sides of its smallest code this long."""
        sides = [max(x for x, _ in code) - min(x for x, _ in code) for code in self.codes]
        return self.scaled(pixels / min(sides))

    def put_on(self, paper: Image.Image, left: int, top: int) -> "Shot":
        """On a larger sheet, its upper left corner here."""
        paper.paste(self.image, (left, top))
        return self.moved(paper, lambda x, y: (x + left, y + top))

    def filtered(self, image: Image.Image) -> "Shot":
        """The same places on a picture that only looks different."""
        return Shot(image, self.codes)


def tilted(shot: Shot, rng: random.Random, most: float, degrees: float) -> Shot:
    """On a desk, turned and seen from the side: straight lines stay straight."""
    width, height = shot.image.size
    margin = round(0.12 * max(width, height) + 0.4 * abs(np.sin(np.radians(degrees))) * max(width, height))
    size = width + 2 * margin, height + 2 * margin
    turn = np.radians(degrees)
    cos, sin = np.cos(turn), np.sin(turn)
    corners = []
    for x, y in ((0, 0), (width, 0), (width, height), (0, height)):
        across, down = x - width / 2, y - height / 2
        shake = [rng.uniform(-most, most) * width for _ in range(2)]
        corners.append(
            (size[0] / 2 + cos * across - sin * down + shake[0], size[1] / 2 + sin * across + cos * down + shake[1])
        )
    flat = [(0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))]
    back, forth = _between(corners, flat), _between(flat, corners)
    image = shot.image.transform(
        size, Image.Transform.PERSPECTIVE, list(back), Image.Resampling.BICUBIC, fillcolor=rng.choice(DESKS)
    )
    return shot.moved(image, lambda x, y: _mapped(forth, x, y))


def _between(first: Sequence[Corner], second: Sequence[Corner]) -> Sequence[float]:
    """The eight numbers of the projection that takes four corners to four others."""
    rows, sides = [], []
    for (x, y), (u, v) in zip(first, second, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        sides += [u, v]
    return [float(number) for number in np.linalg.solve(np.array(rows), np.array(sides))]


def _mapped(numbers: Sequence[float], x: float, y: float) -> Corner:
    a, b, c, d, e, f, g, h = numbers
    depth = g * x + h * y + 1
    return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth


def photographed(shot: Shot, rng: random.Random) -> Shot:
    """Light from one side, a little out of focus, grain."""
    light = np.linspace(rng.uniform(0.6, 0.9), 1, shot.image.width, dtype=np.float32)[None, :, None]
    pixels = np.asarray(shot.image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0))), dtype=np.float32)
    grain = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(2, 9), pixels.shape)
    return shot.filtered(Image.fromarray(np.clip(pixels * light + grain, 0, 255).astype(np.uint8)))


def off_a_screen(shot: Shot, rng: random.Random) -> Shot:
    """A screen's stripes of red, green and blue beat with the camera's grid, and its light fades to the edge."""
    across = np.arange(shot.image.width, dtype=np.float32)[None, :]
    down = np.arange(shot.image.height, dtype=np.float32)[:, None]
    turn, period = rng.uniform(-0.15, 0.15), rng.uniform(2.3, 7.0)
    phase = 2 * np.pi * (across * np.cos(turn) + down * np.sin(turn)) / period
    beat = np.stack([np.cos(phase + shift) for shift in (0.0, 2.1, 4.2)], axis=2)
    rows = np.cos(2 * np.pi * down / rng.uniform(2.3, 7.0))[:, :, None]
    pixels = np.asarray(shot.image, dtype=np.float32)
    shown = pixels * (1 - rng.uniform(0.05, 0.16) * (1 + beat) / 2) * (1 - rng.uniform(0.02, 0.1) * (1 + rows) / 2)
    return shot.filtered(Image.fromarray(np.clip(shown, 0, 255).astype(np.uint8)))


def in_a_window(shot: Shot, rng: random.Random) -> Shot:
    """A viewer's window around the page, as in a screenshot."""
    left, top = rng.randint(0, 260), rng.randint(40, 140)
    size = shot.image.width + left + rng.randint(0, 300), shot.image.height + top + rng.randint(0, 160)
    paper = Image.new("RGB", size, WINDOW)
    draw = ImageDraw.Draw(paper)
    draw.rectangle((0, 0, size[0], 36), fill=(210, 214, 220))
    for index in range(6):
        draw.rectangle((12 + 40 * index, 10, 34 + 40 * index, 28), outline=(120, 124, 130))
    return shot.put_on(paper, left, top)


def cropped(shot: Shot, rng: random.Random) -> Shot:
    """The part of the page that somebody thought enough: the codes and some of the rest."""
    xs = [x for code in shot.codes for x, _ in code]
    ys = [y for code in shot.codes for _, y in code]
    width, height = shot.image.size
    left, top = int(rng.uniform(0, 0.8) * min(xs)), int(rng.uniform(0, 0.8) * min(ys))
    right = int(rng.uniform(max(xs) + 0.2 * (width - max(xs)), width))
    bottom = int(rng.uniform(max(ys) + 0.2 * (height - max(ys)), height))
    return shot.moved(shot.image.crop((left, top, right, bottom)), lambda x, y: (x - left, y - top))


def collage(shots: Sequence[Shot], rng: random.Random) -> Shot:
    """Several pages, one below the other."""
    width = max(shot.image.width for shot in shots) + 120
    paper = Image.new("RGB", (width, sum(shot.image.height + 40 for shot in shots) + 40), rng.choice(DESKS))
    codes: list[tuple[Corner, ...]] = []
    top = 20
    for shot in shots:
        codes += shot.put_on(paper, rng.randint(0, 120), top).codes
        top += shot.image.height + rng.randint(20, 40)
    return Shot(paper, tuple(codes))
