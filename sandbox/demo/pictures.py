"""Photos for the demo's orders, drawn from the same artwork: goods on a workbench, heaps of them, packed cartons."""

import re
from functools import cache

import pyvips

from sandbox.demo import artwork

_WIDTH, _HEIGHT = 1600, 1200
_BENCHES = {"front": ("#d9d3c7", "#b9b1a3"), "angle": ("#c9ced3", "#9aa3ac"), "heap": ("#cdbfa6", "#a08d6c")}


def _placed(drawing: bytes, x: float, y: float, width: float, height: float) -> str:
    """A drawing of `artwork` as a part of another, in a box of this size."""
    box = f'<svg x="{x}" y="{y}" width="{width}" height="{height}"'
    return re.sub(r'<svg xmlns="[^"]*" width="[^"]*" height="[^"]*"', box, drawing.decode(), count=1)


def _tote(print_: bytes) -> str:
    return (
        '<g fill="none" stroke="#d8ccb0" stroke-width="26"><path d="M-110 -300 q0 -170 110 -170 t110 170"/></g>'
        '<path d="M-250 -300 h500 l16 600 q-266 26 -532 0 z" fill="#efe6d0"/>'
        '<path d="M-250 -268 h500" stroke="#cdbf9f" stroke-width="4" stroke-dasharray="14 8"/>'
        + _placed(print_, -170, -170, 340, 260)
    )


def _mug(print_: bytes) -> str:
    return (
        '<path d="M180 -120 q170 0 150 150 q-14 120 -160 110" fill="none" stroke="#e9e7e2" stroke-width="46"/>'
        '<path d="M-210 -230 h410 v430 q-205 60 -410 0 z" fill="#fbfaf7"/>'
        '<ellipse cx="-5" cy="-230" rx="205" ry="46" fill="#dedbd4"/>' + _placed(print_, -150, -130, 290, 290)
    )


def _tofu(view: str) -> str:
    inner = artwork.TOFU[view]
    return f'<g transform="scale(4) translate(-100 -80)">{inner}</g>'


def _mailer(pattern: bytes) -> str:
    return (
        _placed(pattern, -260, -330, 520, 640)
        + '<path d="M-260 -330 h520 v70 h-520 z" fill="#fff" opacity="0.35"/>'
        + '<path d="M-260 -330 L-120 310 h-140 z" fill="#fff" opacity="0.18"/>'
    )


def _holder() -> str:
    rings = "".join(
        f'<ellipse cx="{x}" cy="-60" rx="92" ry="34" fill="#0d0d0e"/><ellipse cx="{x}" cy="-66" rx="92" ry="34" '
        'fill="none" stroke="#4b4e52" stroke-width="10"/>'
        for x in (-315, -105, 105, 315)
    )
    return (
        f'<path d="M-440 -70 q440 -90 880 0 l-30 200 q-410 70 -820 0 z" fill="#232528"/>{rings}'
        '<path d="M-70 170 v150 h140 v-150 z" fill="#1a1c1e"/>'
    )


#: what a photo can be of -> what draws it, seen as the view asks
THINGS = {
    "tote": lambda _view: _tote(artwork.paper_boat()),
    "camellia-tote": lambda _view: _tote(artwork.camellia()),
    "arcade-tote": lambda _view: _tote(artwork.arcade()),
    "boat-mug": lambda _view: _mug(artwork.paper_boat()),
    "fox-mug": lambda _view: _mug(artwork.fox()),
    "tofu": lambda view: _tofu("side" if view == "angle" else "front"),
    "mailer": lambda _view: _mailer(artwork.blossom_pattern()),
    "cup-holder": lambda _view: _holder(),
}
_SHADOW = '<ellipse cx="0" cy="320" rx="380" ry="60" fill="#000" opacity="0.16"/>'
_BLOT = '<path d="M60 -40 q60 -30 80 30 q10 70 -60 60 q-70 -10 -20 -90 z" fill="#6b1d16" opacity="0.75"/>'


def _heap(thing: str) -> str:
    places = (
        (320, 420, -8),
        (640, 360, 5),
        (980, 400, -4),
        (1290, 430, 9),
        (470, 800, 6),
        (820, 780, -6),
        (1150, 820, 4),
    )
    return "".join(
        f'<g transform="translate({x} {y}) rotate({turn}) scale(0.52)">{THINGS[thing]("front")}</g>'
        for x, y, turn in places
    )


def _cartons() -> str:
    box = (
        '<path d="M-230 -150 h460 v330 h-460 z" fill="#c39a62"/><path d="M-230 -150 l60 -90 h460 l-60 90 z" '
        'fill="#d8b27a"/><path d="M230 -150 l60 -90 v330 l-60 90 z" fill="#a67f4a"/>'
        '<path d="M-20 -150 h40 v330 h-40 z" fill="#e2cd9f" opacity="0.8"/>'
        '<text x="-200" y="120" font-size="44" font-family="sans-serif" fill="#3a2a14">C/NO.</text>'
    )
    places = ((420, 820), (980, 840), (700, 480))
    return "".join(f'<g transform="translate({x} {y})">{box}</g>' for x, y in places)


@cache
def photo(thing: str, view: str) -> bytes:
    """A JPEG of a thing as a phone would take it. `view`: front, angle, heap, cartons, or flaw (with a stain)."""
    light, dark = _BENCHES.get(view, _BENCHES["front"])
    if view == "cartons":
        body = _cartons()
    elif view == "heap":
        body = _heap(thing)
    else:
        turn = {"angle": "rotate(-9) skewX(-7) scale(0.92)", "flaw": "rotate(4) scale(1.25)"}.get(view, "scale(1.1)")
        spot = _BLOT if view == "flaw" else ""
        body = f'<g transform="translate(800 600) {turn}">{_SHADOW}{THINGS[thing](view)}{spot}</g>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<defs><linearGradient id="bench" x2="0" y2="1"><stop stop-color="{light}"/>'
        f'<stop offset="1" stop-color="{dark}"/></linearGradient></defs>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="url(#bench)"/>{body}</svg>'
    )
    drawn = pyvips.Image.svgload_buffer(svg.encode()).flatten()
    grain = pyvips.Image.gaussnoise(_WIDTH, _HEIGHT, mean=0, sigma=5, seed=7)
    return (drawn + grain).cast("uchar").jpegsave_buffer(Q=80)
