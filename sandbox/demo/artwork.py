"""Artwork for the demo's briefs, drawn here: logos, plush views, a packaging pattern, a part's drawing."""

from collections.abc import Callable

import pyvips


def _svg(width: int, height: int, body: str) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">'
        f"{body}</svg>"
    ).encode()


def _png(svg: bytes, dpi: int) -> bytes:
    return pyvips.Image.svgload_buffer(svg, dpi=dpi).pngsave_buffer()


def paper_boat() -> bytes:
    """A bookshop's logo: a paper boat on two waves, one colour, vector."""
    return _svg(
        250,
        180,
        '<g fill="#141414"><path d="M125 14 L178 82 L72 82 Z"/><path d="M30 92 L220 92 L182 138 L68 138 Z"/></g>'
        '<path d="M125 14 L125 82" stroke="#fff" stroke-width="3"/>'
        '<g fill="none" stroke="#141414" stroke-width="5" stroke-linecap="round">'
        '<path d="M22 152 q17 -12 34 0 t34 0 t34 0 t34 0 t34 0 t34 0"/>'
        '<path d="M56 170 q17 -12 34 0 t34 0 t34 0 t34 0"/></g>',
    )


TOFU = {
    "front": '<rect x="40" y="34" width="120" height="104" rx="22" fill="#3b3a36"/>'
    '<g fill="#57554e"><circle cx="58" cy="56" r="4"/><circle cx="140" cy="120" r="5"/><circle cx="66" cy="122" r="3"/>'
    '<circle cx="134" cy="50" r="3"/></g><g fill="#f5efe0"><ellipse cx="80" cy="82" rx="9" ry="11"/>'
    '<ellipse cx="120" cy="82" rx="9" ry="11"/></g><g fill="#141414"><circle cx="82" cy="85" r="5"/>'
    '<circle cx="118" cy="85" r="5"/></g><g stroke="#141414" stroke-width="4" stroke-linecap="round" fill="none">'
    '<path d="M68 66 L90 72"/><path d="M132 66 L110 72"/><path d="M86 112 q14 -10 28 0"/></g>'
    '<path d="M94 4 h12 v32 h-12 z" fill="#c9a36a"/><path d="M40 128 q60 22 120 0 v6 q-8 12 -22 12 h-76 q-16 0 -22 -12 z" '
    'fill="#b3402a"/>',
    "side": '<rect x="56" y="34" width="88" height="104" rx="22" fill="#3b3a36"/><path d="M94 4 h12 v32 h-12 z" '
    'fill="#c9a36a"/><path d="M56 128 q44 18 88 0 v6 q-8 12 -20 12 h-48 q-12 0 -20 -12 z" fill="#b3402a"/>',
    "back": '<rect x="40" y="34" width="120" height="104" rx="22" fill="#3b3a36"/><path d="M94 4 h12 v32 h-12 z" '
    'fill="#c9a36a"/><rect x="84" y="120" width="32" height="14" rx="2" fill="#f5efe0"/>',
}


def tofu_view(view: str) -> bytes:
    """The stinky tofu from one side, with its height in millimetres."""
    arrow = (
        '<g stroke="#1f4f8f" fill="none"><path d="M180 34 V146 M175 34 H185 M175 146 H185"/></g>'
        '<text x="184" y="94" font-size="9" fill="#1f4f8f">150</text>'
    )
    return _png(_svg(210, 160, '<rect width="210" height="160" fill="#fff"/>' + TOFU[view] + arrow), 300)


def blossom_pattern() -> bytes:
    """A scented mailer's print: scattered four-petalled blossoms in two colours, vector."""
    petals = "".join(
        f'<ellipse cx="0" cy="-4.2" rx="2.6" ry="4.2" transform="rotate({turn})"/>' for turn in (0, 90, 180, 270)
    )
    blossoms = "".join(
        f'<g transform="translate({18 + 37 * (i % 7)} {20 + 34 * (i // 7) + 12 * (i % 2)}) rotate({i * 23 % 90}) '
        f'scale({0.9 + i % 3 * 0.25})"><g fill="#e0a526">{petals}</g><circle r="1.8" fill="#8a5a12"/></g>'
        for i in range(56)
    )
    return _svg(260, 320, f'<rect width="260" height="320" fill="#f6ecd2"/>{blossoms}')


def cup_holder_sheet() -> bytes:
    """The cup holder's sheet with the dimensions that count."""
    body = (
        '<rect width="280" height="200" fill="#fff"/><g fill="none" stroke="#141414" stroke-width="1.2">'
        '<path d="M40 40 h200 v28 h-200 z"/><ellipse cx="95" cy="54" rx="42" ry="10"/><ellipse cx="185" cy="54" rx="42" '
        'ry="10"/><path d="M53 68 v74 q42 16 84 0 v-74 M143 68 v74 q42 16 84 0 v-74"/><path d="M128 142 v22 h24 v-22"/>'
        '<path d="M40 54 h-14 v70 h10"/></g><g stroke="#1f4f8f" stroke-width="0.6" fill="none"><path d="M40 26 h200 M40 22 '
        'v8 M240 22 v8"/><path d="M256 68 v74 M252 68 h8 M252 142 h8"/><path d="M53 180 h84 M53 176 v8 M137 176 v8"/></g>'
        '<g font-size="9" fill="#1f4f8f" font-family="sans-serif"><text x="128" y="22">200 ±0.5</text>'
        '<text x="259" y="108">74</text><text x="82" y="176">Ø84 (68–90)</text></g>'
    )
    return _png(_svg(280, 200, body), 220)


def step_block(width: float, depth: float, height: float) -> bytes:
    """A minimal STEP file of the part's bounding points: enough for a factory's CAD to open."""
    corners = [(x, y, z) for x in (0, width) for y in (0, depth) for z in (0, height)]
    points = "\n".join(
        f"#{10 + i}=CARTESIAN_POINT('',({x:.1f},{y:.1f},{z:.1f}));" for i, (x, y, z) in enumerate(corners)
    )
    return (
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('cup holder, mating envelope'),'2;1');\n"
        "FILE_NAME('cup-holder.step','2026-10-01T09:00:00',('Mia Chen'),(''),'','','');\n"
        "FILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }'));\nENDSEC;\nDATA;\n"
        f"{points}\nENDSEC;\nEND-ISO-10303-21;\n"
    ).encode()


def fox() -> bytes:
    """A café's fox, four flat colours, vector."""
    return _svg(
        100,
        100,
        '<path d="M20 18 L42 34 L58 34 L80 18 L76 60 L50 84 L24 60 Z" fill="#d96a28"/>'
        '<path d="M24 60 L50 84 L76 60 L58 56 L50 70 L42 56 Z" fill="#fff3e2"/>'
        '<circle cx="39" cy="50" r="4" fill="#222"/><circle cx="61" cy="50" r="4" fill="#222"/>'
        '<circle cx="50" cy="72" r="4.5" fill="#222"/>',
    )


def mug_fox() -> bytes:
    """The same as a picture at print resolution."""
    return _png(fox(), 320)


def camellia() -> bytes:
    """A tea house's mark: a camellia in one colour, vector."""
    petals = "".join(
        f'<ellipse cx="100" cy="58" rx="27" ry="36" transform="rotate({turn} 100 100)"/>' for turn in range(0, 360, 72)
    )
    return _svg(
        200,
        200,
        f'<g fill="#7a1f2b" stroke="#fff" stroke-width="4">{petals}</g><circle cx="100" cy="100" r="15" fill="#fff"/>',
    )


def arcade() -> bytes:
    """A museum's mark: three arches over a line, one colour, vector."""
    arches = "".join(f'<path d="M{x} 120 V72 a24 24 0 0 1 48 0 V120"/>' for x in (28, 86, 144))
    return _svg(220, 150, f'<g fill="none" stroke="#141414" stroke-width="9">{arches}<path d="M16 132 H204"/></g>')


#: file name -> what draws it
FILES: dict[str, Callable[[], bytes]] = {
    "paper-boat-logo.svg": paper_boat,
    "tofu-front.png": lambda: tofu_view("front"),
    "tofu-side.png": lambda: tofu_view("side"),
    "tofu-back.png": lambda: tofu_view("back"),
    "blossom-pattern.svg": blossom_pattern,
    "cup-holder-sheet.png": cup_holder_sheet,
    "cup-holder.step": lambda: step_block(200, 92, 104),
    "fox-cafe.png": mug_fox,
    "camellia-mark.svg": camellia,
    "arcade-mark.svg": arcade,
}
