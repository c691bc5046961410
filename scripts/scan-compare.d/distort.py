#!/usr/bin/env python3
"""Writes distorted pictures of QR codes: distort.py CODES PICTURES WORKERS

CODES is a folder of pictures with one code each, drawn in black on white. For each code, kind of distortion, strength and
angle one file is written, named <kind>.<strength>.<turn>.<code>.png, .tif or .pdf. The same codes give the same files.
"""

import io
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "license-cli/tests/data"))
sys.dont_write_bytecode = True
import scans  # noqa: E402: how fax machines and scanners write their files

STRENGTHS = 6
TURNS = 2
# Pixels a module in most pictures: a sheet that fills a phone's preview. Coarser ones say so.
SCALE = 4.0
PAPER, INK = 228.0, 38.0


def modules(path):
    """Returns the modules of a drawn code without its quiet zone: True is dark."""
    dark = np.asarray(Image.open(path).convert("L")) < 128
    rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
    dark = dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    # The corner is a finder pattern: seven dark modules in a row.
    finder = int(np.argmin(dark[0]))
    side = round(7 * dark.shape[0] / finder)
    centres = ((np.arange(side) + 0.5) * dark.shape[0] / side).astype(int)
    return dark[np.ix_(centres, centres)]


def page(code, rng):
    """Returns a piece of paper with the code and some lines of print, 8 pixels a module, and the code's square in it."""
    side = code.shape[0] * 8
    margin = 8 * 18
    full = side + 2 * margin
    paper = Image.new("L", (full, full), int(PAPER))
    draw = ImageDraw.Draw(paper)
    for line in (30, 60, full - 66, full - 36):
        at = 40
        while at < full - 80:
            width = int(rng.integers(12, 70))
            draw.rectangle((at, line, at + width, line + 9), fill=int(INK) + 20)
            at += width + 14
    pixels = np.where(np.kron(code, np.ones((8, 8), bool)), INK, PAPER).astype(np.uint8)
    paper.paste(Image.fromarray(pixels), (margin, margin))
    return paper, margin, side


def view(paper, size, corners):
    """Returns the paper seen so that its corners come to these points of a picture of this size, on a dark table."""
    # Twice as large, then halved: a camera's pixel takes in an area.
    target = [(2 * x, 2 * y) for x, y in corners]
    full = paper.size[0]
    source = [(0, 0), (full, 0), (full, full), (0, full)]
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    coefficients = np.linalg.solve(np.array(rows, float), np.array(values, float))
    # Reduced first where the paper is much finer than the picture, else single pixels of it would be picked.
    seen = paper.transform((2 * size, 2 * size), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor=70)
    return seen.resize((size, size), Image.Resampling.BOX)


def square(size, length, degrees):
    """Returns the corners of a turned square in the middle of a picture."""
    turn = np.radians(degrees)
    half = length / 2
    corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    cos, sin = np.cos(turn), np.sin(turn)
    return [(size / 2 + x * cos - y * sin, size / 2 + x * sin + y * cos) for x, y in corners]


def straight(code, rng, scale=SCALE, degrees=0.0, jitter=0.0):
    """Returns a picture of the code at this many pixels a module, its corners moved by a share of its side."""
    paper, margin, side = page(code, rng)
    length = paper.size[0] * scale / 8
    spread = np.abs(np.cos(np.radians(degrees))) + np.abs(np.sin(np.radians(degrees)))
    size = int(length * (spread + jitter)) + 24
    moved = [(x + rng.uniform(-jitter, jitter) * length, y + rng.uniform(-jitter, jitter) * length)
             for x, y in square(size, length, degrees)]
    return view(paper, size, moved)


def pixels(picture):
    return np.asarray(picture, dtype=float)


def picture(values):
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def noisy(image, sigma, rng):
    values = pixels(image)
    return picture(values + rng.normal(0, sigma, values.shape)) if sigma else image


def jpeg(image, quality):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("L")


def moved(image, length, degrees):
    """Returns the picture as a camera gives it that moves by this many pixels."""
    steps = max(2, int(length * 4))
    values = pixels(image)
    turn = np.radians(degrees)
    sum_ = np.zeros_like(values)
    for step in range(steps):
        shift = length * (step / (steps - 1) - 0.5)
        dx, dy = shift * np.cos(turn), shift * np.sin(turn)
        matrix = (1, 0, dx, 0, 1, dy)
        sum_ += pixels(image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=70))
    return picture(sum_ / steps)


def lit(image, least, degrees):
    """Returns the picture lit from one side; on the other this share of the light is left."""
    values = pixels(image)
    y, x = np.mgrid[0 : values.shape[0], 0 : values.shape[1]] / max(values.shape)
    turn = np.radians(degrees)
    along = np.clip((x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn) + 0.5, 0, 1)
    return picture(values * (least + (1 - least) * along))


def spot(image, share, level, soft, rng):
    """Returns the picture with a blot of this level over this share of its area, away from the corners of the code."""
    width, height = image.size
    radius = np.sqrt(share * width * height / np.pi)
    centre = np.array([width, height]) * (0.5 + rng.uniform(-0.08, 0.08, 2))
    y, x = np.mgrid[0:height, 0:width]
    angle = np.arctan2(y - centre[1], x - centre[0])
    edge = radius * (1 + 0.2 * np.sin(3 * angle + rng.uniform(0, 6)) + 0.1 * np.sin(7 * angle))
    distance = np.hypot(x - centre[0], y - centre[1])
    cover = np.clip((edge - distance) / max(soft, 1) + 0.5, 0, 1)
    return picture(pixels(image) * (1 - cover) + level * cover)


def curved(code, rng, bend):
    """Returns a picture of the code on paper that is rolled: narrower towards both sides, by up to this angle."""
    flat = pixels(straight(code, rng))
    height, width = flat.shape
    along = (np.arange(width) / (width - 1) * 2 - 1) * np.sin(bend)
    source = (np.arcsin(along) / bend + 1) / 2 * (width - 1)
    lift = (np.cos(np.arcsin(along)) - np.cos(bend)) * width * 0.12
    rows = np.arange(height)[:, None] + lift[None, :]
    x0, y0 = np.floor(source).astype(int), np.floor(rows).astype(int)
    fx, fy = source - x0, rows - y0
    x1, y0c, y1c = np.minimum(x0 + 1, width - 1), np.clip(y0, 0, height - 1), np.clip(y0 + 1, 0, height - 1)
    columns0, columns1 = np.broadcast_to(x0, rows.shape), np.broadcast_to(x1, rows.shape)
    top = flat[y0c, columns0] * (1 - fx) + flat[y0c, columns1] * fx
    low = flat[y1c, columns0] * (1 - fx) + flat[y1c, columns1] * fx
    return picture(top * (1 - fy) + low * fy)


def blur(code, s, turn, rng):
    return straight(code, rng, degrees=4 * turn).filter(ImageFilter.GaussianBlur(SCALE * [0.3, 0.45, 0.55, 0.65, 0.75, 0.85][s]))


def motion(code, s, turn, rng):
    return moved(straight(code, rng), SCALE * [0.6, 0.9, 1.2, 1.4, 1.6, 1.8][s], [20, 70][turn])


def rotation(code, s, turn, rng):
    degrees = [8, 17, 29, 45, 133, 220][s]
    return straight(code, rng, [2.6, 1.8][turn], degrees)


def perspective(code, s, turn, rng):
    return noisy(straight(code, rng, [4.0, 2.8][turn], 0, [0.03, 0.05, 0.07, 0.09, 0.11, 0.13][s]), 6, rng)


def noise(code, s, turn, rng):
    return noisy(straight(code, rng, [SCALE, 2.5][turn], 5), [15, 30, 45, 60, 75, 90][s], rng)


def compression(code, s, turn, rng):
    return jpeg(straight(code, rng, [3.0, 2.2][turn], 3), [40, 25, 16, 11, 7, 4][s])


def contrast(code, s, turn, rng):
    values = pixels(straight(code, rng, degrees=6 * turn))
    levels = [60, 40, 26, 16, 10, 6][s]
    faint = picture((values - PAPER) / (PAPER - INK) * levels + [150, 80][turn])
    return noisy(faint, levels / 16, rng)


def gradient(code, s, turn, rng):
    dim = lit(straight(code, rng, degrees=3), [0.5, 0.3, 0.2, 0.12, 0.06, 0.03][s], [25, 110][turn])
    return noisy(dim, 2, rng)


def stain(code, s, turn, rng):
    return spot(straight(code, rng, degrees=2), [0.006, 0.012, 0.02, 0.03, 0.045, 0.06][s], [INK, PAPER][turn], 2, rng)


def glare(code, s, turn, rng):
    shiny = spot(straight(code, rng, degrees=5), [0.01, 0.02, 0.04, 0.06, 0.08, 0.10][s], 255, [60, 25][turn], rng)
    return noisy(shiny, 4, rng)


def small(code, s, turn, rng):
    return straight(code, rng, [2.6, 2.2, 1.9, 1.7, 1.5, 1.35][s], [0, 1.5][turn])


def half(code, s, turn, rng):
    """Half the size, without an average: every other pixel is left out."""
    whole = straight(code, rng, [6.0, 5.0, 4.4, 3.9, 3.5, 3.1][s], [1, 11][turn])
    whole = noisy(whole.filter(ImageFilter.GaussianBlur(0.8)), 5, rng)
    return picture(pixels(whole)[::2, ::2])


def roll(code, s, turn, rng):
    return noisy(curved(code, rng, [0.3, 0.5, 0.7, 0.85, 1.0, 1.15][s]), [3, 12][turn], rng)


def phone(code, s, turn, rng):
    """A hurried photograph: a bit of everything, saved as a phone does."""
    scale = [4.5, 4.0, 3.5, 3.2, 2.9, 2.6][s]
    image = straight(code, rng, scale, rng.uniform(-25, 25) + 180 * turn, 0.02 + 0.01 * s)
    image = lit(image, [0.7, 0.6, 0.5, 0.4, 0.35, 0.3][s], rng.uniform(0, 360))
    image = moved(image, scale * [0.2, 0.3, 0.4, 0.5, 0.6, 0.7][s], rng.uniform(0, 180))
    image = image.filter(ImageFilter.GaussianBlur(scale * [0.2, 0.22, 0.25, 0.28, 0.3, 0.33][s]))
    return jpeg(noisy(image, 3 + 2 * s, rng), [85, 75, 65, 55, 45, 40][s])


def office(code, s, turn, rng):
    """An office scanner: grey paper, a slant, few pixels, hard contrast, a fold."""
    image = straight(code, rng, [3.6, 3.2, 2.8, 2.4, 2.1, 1.9][s], [0.8, -2.3][turn])
    values = (pixels(noisy(image, 8 + 3 * s, rng)) - 120) * (1.2 + 0.25 * s) + 120
    fold = int(values.shape[0] * 0.55)
    values[fold : fold + 1 + s // 3, :] = 90
    return jpeg(picture(values), 60 - 8 * s)


def dark(code, s, turn, rng):
    """Light on dark: a screen in dark mode, a negative scan."""
    image = straight(code, rng, [4.0, 3.4, 2.9, 2.5, 2.2, 1.9][s], [1, 9][turn])
    return noisy(ImageOps.invert(image).point(lambda level: 20 + level * 4 // 5), 2 + 4 * s, rng)


def clear(code, s, turn, rng):
    """Print on transparency, white or black, as programs that make codes save it."""
    image = straight(code, rng, [4.0, 3.4, 2.9, 2.5, 2.2, 1.9][s], 2 * s)
    ink = Image.new("RGBA", image.size, [(255, 255, 255, 0), (0, 0, 0, 0)][turn])
    ink.putalpha(ImageOps.invert(image).point(lambda level: max(0, min(255, (level - 60) * 2))))
    return ink


def pulled(code, s, turn, rng):
    """Pulled high or wide, as a fax is shown whose dots are not square."""
    image = straight(code, rng, [4.0, 3.6, 3.2, 4.0, 3.6, 3.2][s], [0, 1][turn])
    x, y = [(1, 0.5), (1, 0.6), (1, 1.7), (1, 2), (0.5, 1), (2.08, 1)][s]
    size = round(image.width * x), round(image.height * y)
    return noisy(image.resize(size, Image.Resampling.BOX if min(x, y) < 1 else Image.Resampling.BICUBIC), 2 + s, rng)


def bits(image):
    return image.point(lambda level: 255 if level > 132 else 0).convert("1", dither=Image.Dither.NONE)


def fax(code, s, turn, rng):
    """A fax of two pages: 204 dots across, and 98 or 196 down."""
    image = noisy(straight(code, rng, [6.5, 6.0, 5.5, 5.0, 4.6, 4.2][s], [0, 0.6][turn]), 14, rng)
    image = bits(image.resize((image.width, round(image.height * [98, 196][s % 2] / 204)), Image.Resampling.BOX))
    blank = Image.new("1", image.size, 1)
    return scans.tiff(blank, image, compression=["group3", "group4"][turn]), "tif"


def pages(code, s, turn, rng):
    """What a scanner makes that is set to TIFF: the code on the second page."""
    image = office(code, s, turn, rng)
    way = ["tiff_lzw", "jpeg", "tiff_adobe_deflate", "packbits", "group4", "raw"][s]
    image = bits(image) if way == "group4" else image.convert(["L", "RGB"][turn])
    return scans.tiff(Image.new(image.mode, image.size, 1), image, compression=way), "tif"


def scanner(code, s, turn, rng):
    """An office scanner's PDF: a page of A4 with a picture on it, the code on the second."""
    image = office(code, s, turn, rng)
    sheet = Image.new("L", (max(1240, image.width + 40), max(1754, image.height + 40)), 235)
    sheet.paste(image, (20, 20))
    way = ["jpeg", "group4", "flate", "colour", "bits", "jpeg"][s]
    if way in ("group4", "bits"):
        sheet = bits(sheet)
    blank = Image.new(sheet.mode, sheet.size, 1 if sheet.mode == "1" else 235)
    return scans.scan(*[[scans.pictured(each.convert("L"), way)] for each in (blank, sheet)]), "pdf"


# New ones go behind the others: their place is in the seed.
KINDS = [blur, motion, rotation, perspective, noise, compression, contrast, gradient, stain, glare, small, half, roll, phone, office,
         dark, clear, pulled, fax, pages, scanner]


def write(task):
    folder, name, code, kind, strength, turn = task
    seed = [KINDS.index(kind), strength, turn, *name.encode()]
    image = kind(code, strength, turn, np.random.default_rng(seed))
    stem = Path(folder) / f"{kind.__name__}.{strength + 1}.{turn + 1}.{name}"
    if isinstance(image, tuple):
        data, ending = image
        stem.with_name(f"{stem.name}.{ending}").write_bytes(data)
    else:
        # JPEG only where it adds nothing: the picture went through it before.
        image.save(f"{stem}.png", compress_level=1)


def main():
    codes, folder, workers = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    drawn = {path.stem: modules(path) for path in sorted(Path(codes).glob("*.png"))}
    tasks = [(folder, name, code, kind, strength, turn)
             for name, code in drawn.items() for kind in KINDS for strength in range(STRENGTHS) for turn in range(TURNS)]
    with ProcessPoolExecutor(int(workers)) as pool:
        list(pool.map(write, tasks, chunksize=8))
    print(len(tasks))


if __name__ == "__main__":
    main()
