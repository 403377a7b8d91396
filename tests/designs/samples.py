"""Files as people send them, and as nobody should: every one made here, so that nothing foreign lies in the project."""

import io
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pyvips
from pikepdf import Array, Dictionary, Name, Pdf, Stream

SVG_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def picture(width: int = 1200, height: int = 800, *, alpha: bool = False) -> pyvips.Image:
    """A gradient with a dot, so that a preview has something to show."""
    ramp = pyvips.Image.xyz(width, height)
    red, green = ramp[0] * 255.0 / width, ramp[1] * 255.0 / height
    image = red.bandjoin([green, green * 0 + 90]).cast("uchar").copy(interpretation="srgb")
    image = image.draw_circle([20, 20, 160], width // 2, height // 2, min(width, height) // 5, fill=True)
    if not alpha:
        return image
    return image.bandjoin((ramp[0] > width // 4).ifthenelse(255, 0).cast("uchar"))


def png(**size: int) -> bytes:
    return picture(**size).copy(xres=300 / 25.4, yres=300 / 25.4).pngsave_buffer()


def png_alpha() -> bytes:
    return picture(600, 600, alpha=True).pngsave_buffer()


def jpeg() -> bytes:
    return picture().jpegsave_buffer(Q=90)


def jpeg_cmyk() -> bytes:
    return picture().colourspace("cmyk").jpegsave_buffer(Q=90)


def webp() -> bytes:
    return picture().webpsave_buffer()


def tiff_cmyk() -> bytes:
    return picture().colourspace("cmyk").copy(xres=11.811, yres=11.811).tiffsave_buffer(compression="lzw", keep="none")


def tiff_grey16() -> bytes:
    return picture().colourspace("grey16").tiffsave_buffer()


def svg(
    inner: str = '<circle cx="50" cy="30" r="20" fill="#e33"/>', size: str = 'width="100mm" height="60mm"'
) -> bytes:
    return f'<?xml version="1.0"?>{SVG_HEAD}{size} viewBox="0 0 100 60">{inner}</svg>'.encode()


def illustrator_svg() -> bytes:
    """What Illustrator writes: a public document type and namespaces as entities."""
    head = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    kind = '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY ns "http://www.w3.org/2000/svg">]>'
    return f'{head}{kind}<svg xmlns="&ns;" width="80" height="80"><path d="M0 0h80v80z"/></svg>'.encode()


def pdf(build: Callable[[Pdf, pikepdf.Page], None] | None = None, content: bytes = b"", **page: object) -> bytes:
    """A page of 200 x 100 mm (567 x 283.5 pt) with a CMYK square; `build` may add to it."""
    document = Pdf.new()
    made = document.add_blank_page(page_size=(566.929, 283.465))
    made.obj.Contents = Stream(document, content or b"0 1 1 0 k 100 50 200 150 re f")
    for name, value in page.items():
        made.obj[f"/{name}"] = value
    if build:
        build(document, made)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf_with_picture(pixels: int = 200) -> bytes:
    """A picture of `pixels` x `pixels` placed 100 mm wide on the page: at 200 pixels, 50.8 to the inch."""

    def build(document: Pdf, page: pikepdf.Page) -> None:
        raw = picture(pixels, pixels).write_to_memory()
        image = Stream(document, zlib.compress(raw))
        image.update({
            "/Type": Name.XObject, "/Subtype": Name.Image, "/Width": pixels, "/Height": pixels,
            "/ColorSpace": Name.DeviceRGB, "/BitsPerComponent": 8, "/Filter": Name.FlateDecode,
        })  # fmt: skip
        page.obj.Resources = Dictionary(XObject=Dictionary(Im=document.make_indirect(image)))

    return pdf(build, b"q 283.465 0 0 283.465 10 0 cm /Im Do Q")


def pdf_with_spot() -> bytes:
    def build(document: Pdf, page: pikepdf.Page) -> None:
        tint = Stream(document, b"{0 exch dup 0}")
        tint.update({"/FunctionType": 4, "/Domain": Array([0, 1]), "/Range": Array([0, 1] * 4)})
        space = Array([Name.Separation, Name("/PANTONE 485 C"), Name.DeviceCMYK, document.make_indirect(tint)])
        page.obj.Resources = Dictionary(ColorSpace=Dictionary(S=space))

    return pdf(build, b"/S cs 1 scn 10 10 100 100 re f")


def pdf_with_text() -> bytes:
    """Text in a font that the file does not bring along."""

    def build(_document: Pdf, page: pikepdf.Page) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Futura-Bold"))
        page.obj.Resources = Dictionary(Font=Dictionary(F=font))

    return pdf(build, b"BT /F 24 Tf 20 20 Td (Hello) Tj ET")


def ai() -> bytes:
    return pdf(lambda _document, page: page.obj.__setitem__("/PieceInfo", Dictionary(Illustrator=Dictionary())))


def ai_without_pdf() -> bytes:
    def build(_document: Pdf, page: pikepdf.Page) -> None:
        page.obj.Resources = Dictionary(
            Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        )

    words = b"This is an Adobe Illustrator File that was saved without PDF Content."
    return pdf(build, b"BT /F 8 Tf 20 200 Td (" + words + b") Tj ET")


def eps(body: str = "0.2 0.4 0.9 setrgbcolor 20 20 160 60 rectfill", box: str = "0 0 283 142") -> bytes:
    return f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: {box}\n%%EndComments\n{body}\nshowpage\n%%EOF\n".encode()


def psd(mode: int = 3, channels: int = 3, *, layers: int = 0, merged: bool = True, version: int = 1) -> bytes:
    """A flat PSD of 400 x 300; `layers` below zero says that the merged picture is see-through."""
    width, height = 400, 300
    head = struct.pack(">4sH6xHIIHH", b"8BPS", version, channels, height, width, 8, mode)
    resolution = struct.pack(">IHHIHH", 300 << 16, 1, 1, 300 << 16, 1, 1)
    info = struct.pack(">IB", 1, merged) + struct.pack(">I", 0) * 2 + struct.pack(">I", 1)
    resources = _resource(1005, resolution) + _resource(1057, info)
    count = struct.pack(">h", layers) + b"\0\0"
    wide = ">Q" if version == 2 else ">I"
    inside = struct.pack(wide, len(count)) + count + struct.pack(">I", 0)
    planes = b"".join(bytes([40 + 60 * channel]) * (width * height) for channel in range(channels))
    return b"".join((
        head, struct.pack(">I", 0), struct.pack(">I", len(resources)), resources,
        struct.pack(wide, len(inside)), inside, struct.pack(">H", 0), planes,
    ))  # fmt: skip


def _resource(number: int, data: bytes) -> bytes:
    return struct.pack(">4sHHI", b"8BIM", number, 0, len(data)) + data + b"\0" * (len(data) % 2)


def step() -> bytes:
    head = b"ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_SCHEMA(('AUTOMOTIVE_DESIGN'));\nENDSEC;\n"
    return head + b"DATA;\n#1=CARTESIAN_POINT('',(0.,0.,0.));\nENDSEC;\nEND-ISO-10303-21;\n"


def stl_binary(triangles: int = 12) -> bytes:
    return b"solid looks like text".ljust(80, b"\0") + struct.pack("<I", triangles) + bytes(50 * triangles)


def stl_text() -> bytes:
    facet = b"facet normal 0 0 1\n outer loop\n  vertex 0 0 0\n  vertex 1 0 0\n  vertex 0 1 0\n endloop\nendfacet\n"
    return b"solid cup\n" + facet * 4 + b"endsolid cup\n"


def dst() -> bytes:
    lines = "LA:LOGO            \rST:   1234\rCO:  2\r+X:  400\r-X:  400\r+Y:  300\r-Y:  300\rAX:+    0\rAY:+    0\r"
    return lines.encode().ljust(512, b" ") + b"\x00\x00\x03" * 1234 + b"\x00\x00\xf3"


def archive(files: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in (files or {"front.svg": svg(), "note.txt": b"hello"}).items():
            pack.writestr(name, data)
    return out.getvalue()


GOOD: dict[str, Callable[[], bytes]] = {
    "photo.png": png,
    "clear.png": png_alpha,
    "photo.jpg": jpeg,
    "press.jpg": jpeg_cmyk,
    "photo.webp": webp,
    "press.tif": tiff_cmyk,
    "grey.tiff": tiff_grey16,
    "logo.svg": svg,
    "export.svg": illustrator_svg,
    "logo.pdf": pdf,
    "logo.ai": ai,
    "logo.eps": eps,
    "art.psd": psd,
    "big.psb": lambda: psd(version=2),
    "part.step": step,
    "part.stl": stl_binary,
    "text.stl": stl_text,
    "logo.dst": dst,
    "all.zip": archive,
}


def office(main: str, parts: dict[str, bytes] | None = None, more_types: str = "") -> bytes:
    """A package as Office writes them, with a main part of this type."""
    kind = f"application/vnd.openxmlformats-officedocument.{main}.main+xml" if "." in main else main
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/main.xml" ContentType="{kind}"/>{more_types}</Types>'
    )
    return archive({"[Content_Types].xml": types.encode(), "main.xml": b"<x/>"} | (parts or {}))


def xlsx(**more: Any) -> bytes:
    return office("spreadsheetml.sheet", **more)


def docx(**more: Any) -> bytes:
    return office("wordprocessingml.document", **more)


def xlsm() -> bytes:
    return office("application/vnd.ms-excel.sheet.macroEnabled.main+xml", {"xl/vbaProject.bin": bytes(99)})


def office_locked() -> bytes:
    """The wrapping of an Office file that has a password: a compound file whose directory is in its second sector."""
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<I", head, 48, 1)
    return bytes(head) + bytes(512) + "Root Entry".encode("utf-16-le").ljust(128, b"\0") + (
        "EncryptedPackage".encode("utf-16-le").ljust(384, b"\0")
    )  # fmt: skip


#: What goes with a message beside artwork.
OFFICE: dict[str, Callable[[], bytes]] = {
    "价格表.xlsx": xlsx,
    "letter.docx": docx,
    "utf8.csv": "品名,单价\r\n毛绒玩具,12.5\r\n".encode,
    "excel.csv": lambda: "品名,单价\r\n毛绒玩具,12.5\r\n".encode("gb18030"),
    "taiwan.csv": lambda: "品名,單價\r\n填充玩具,12.5\r\n".encode("big5"),
    "unicode.txt": lambda: "品名\t单价\r\n".encode("utf-16"),
    "cars.csv": lambda: b"BMW,2\r\nMZ,3\r\n",
    "letter.txt": lambda: b"1 < 2, as we say.\n",
}


# --- Hostile ----------------------------------------------------------------------------------


def huge_png(width: int = 50_000, height: int = 50_000) -> bytes:
    """A few hundred bytes that claim to be enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def billion_laughs() -> bytes:
    rows = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE svg [<!ENTITY a0 "lol">{rows}]>{SVG_HEAD}width="9" height="9"><text>&a9;</text></svg>'.encode()


def damaged_png() -> bytes:
    """One bit of a check sum is not what it was."""
    data = bytearray(png())
    data[data.index(b"IEND") - 5] ^= 1
    return bytes(data)


def tiff_from_its_front(at: int = 200) -> bytes:
    """Grey, 100 x 100, its directory before its only strip, which begins `at`."""
    tags = {256: 100, 257: 100, 258: 8, 259: 1, 262: 1, 273: at, 277: 1, 278: 100, 279: 10_000}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    head = b"II*\x00" + struct.pack("<IH", 8, len(tags)) + entries
    return head.ljust(200, b"\0") + bytes(range(100)) * 100


def svg_uses(depth: int = 30, times: int = 10) -> bytes:
    """Each group draws the one before so many times."""
    rows = "".join(f'<g id="g{n}">{f"""<use xlink:href="#g{n - 1}"/>""" * times}</g>' for n in range(1, depth))
    return svg(f'<rect id="g0" width="1" height="1"/><defs>{rows}</defs><use xlink:href="#g{depth - 1}"/>')


def zip_bomb() -> bytes:
    """A megabyte that unpacks to a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack, pack.open("zeros.bin", "w", force_zip64=True) as file:
        for _ in range(1024):
            file.write(bytes(1024**2))
    return out.getvalue()


def zip_overlapping() -> bytes:
    """Many names for the same bytes, the way the best bombs are made."""
    data = archive({"a.bin": bytes(100_000)})
    start, size = data.index(b"PK\x01\x02"), len(data) - 22 - data.index(b"PK\x01\x02")
    entry = data[start : start + size]
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 500, 500, 500 * size, start, 0)
    return data[:start] + entry * 500 + end


def pdf_opening(**action: object) -> bytes:
    """Does this as soon as it is opened."""
    return pdf(lambda document, _page: document.Root.__setitem__("/OpenAction", Dictionary(**action)))


def pdf_script() -> bytes:
    return pdf_opening(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def pdf_xfa() -> bytes:
    return pdf(
        lambda document, _page: document.Root.__setitem__("/AcroForm", Dictionary(XFA=Stream(document, b"<x/>")))
    )


def pdf_launch() -> bytes:
    action = Dictionary(S=Name.Launch, F=pikepdf.String("/bin/sh"))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    return pdf(lambda document, page: page.obj.__setitem__("/Annots", Array([document.make_indirect(note)])))


def pdf_recursive() -> bytes:
    """A form that draws itself."""

    def build(document: Pdf, page: pikepdf.Page) -> None:
        form = document.make_indirect(Stream(document, b"/Fm Do /Fm Do"))
        form.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 100, 100])})
        form.Resources = Dictionary(XObject=Dictionary(Fm=form))
        page.obj.Resources = Dictionary(XObject=Dictionary(Fm=form))

    return pdf(build, b"/Fm Do")


def pdf_doubling(depth: int = 26) -> bytes:
    """Each form draws the next one twice: 2 ** depth of them."""

    def build(document: Pdf, page: pikepdf.Page) -> None:
        form = document.make_indirect(Stream(document, b"0 0 1 1 re f"))
        for _ in range(depth):
            form.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 100, 100])})
            outer = document.make_indirect(Stream(document, b"/Fm Do /Fm Do"))
            outer.Resources = Dictionary(XObject=Dictionary(Fm=form))
            form = outer
        form.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 100, 100])})
        page.obj.Resources = Dictionary(XObject=Dictionary(Fm=form))

    return pdf(build, b"/Fm Do")


def pdf_locked() -> bytes:
    document, out = Pdf.open(io.BytesIO(pdf())), io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def zip_locked() -> bytes:
    data = bytearray(archive())
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(magic, at + 4)
    return bytes(data)


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


#: name -> (the file, the code that it must be refused with)
HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "nothing.png": (lambda: b"", {"empty"}),
    "huge.png": (huge_png, {"too_many_pixels"}),
    "lying.png": (lambda: huge_png(4000, 4000), {"truncated", "unreadable"}),
    "cut.png": (lambda: half(png()), {"truncated"}),
    "cut.jpg": (lambda: half(jpeg()), {"truncated"}),
    "cut.webp": (lambda: half(webp()), {"truncated"}),
    "cut.tif": (lambda: half(tiff_cmyk()), {"truncated", "unreadable"}),
    "cut.psd": (lambda: half(psd()), {"truncated"}),
    "cut.pdf": (lambda: half(pdf_with_picture(800)), {"truncated", "unreadable"}),
    "cut.svg": (lambda: half(svg()), {"truncated"}),
    "cut.zip": (lambda: half(archive()), {"truncated"}),
    "cut.step": (lambda: half(step()), {"truncated"}),
    "cut.stl": (lambda: half(stl_text()), {"truncated", "unsupported"}),
    "cut.dst": (lambda: dst()[:-200], {"truncated"}),
    "damaged.png": (damaged_png, {"unreadable"}),
    "early.tif": (lambda: tiff_from_its_front()[:5000], {"truncated"}),
    "nowhere.tif": (lambda: tiff_from_its_front(at=0xFFFFFFF0), {"truncated"}),
    "counts.dst": (lambda: dst().replace(b"ST:   1234", b"ST:" + b"9" * 30), {"unreadable"}),
    "laughs.svg": (billion_laughs, {"too_complex"}),
    "uses.svg": (svg_uses, {"too_complex", "unreadable"}),
    "file.svg": (lambda: svg('<image xlink:href="file:///etc/passwd" width="9" height="9"/>'), {"external"}),
    "http.svg": (lambda: svg('<image href="http://127.0.0.1:1/x.png" width="9" height="9"/>'), {"external"}),
    "relative.svg": (lambda: svg('<image href="logo.png" width="9" height="9"/>'), {"external"}),
    "css.svg": (lambda: svg("<style>@import url(http://127.0.0.1:1/x.css);</style>"), {"external"}),
    "fill.svg": (lambda: svg('<rect fill="url(http://127.0.0.1:1/x#a)" width="9" height="9"/>'), {"external"}),
    "entity.svg": (lambda: b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("&x;")[21:], {"external"}),
    "include.svg": (
        lambda: svg('<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
        {"external"},
    ),
    "script.svg": (lambda: svg("<script>alert(1)</script>"), {"active_content"}),
    "onload.svg": (lambda: svg('<g onload="alert(1)"/>'), {"active_content"}),
    "style.svg": (lambda: b'<?xml-stylesheet href="http://127.0.0.1:1/x.css"?>' + svg()[21:], {"external"}),
    "frame.svg": (
        lambda: svg('<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://x/"/></foreignObject>'),
        {"external"},
    ),
    "link.svg": (lambda: svg('<a href=" java&#10;script:alert(1)"><circle r="9"/></a>'), {"active_content"}),
    "turns.svg": (
        lambda: svg('<a><set attributeName="xlink:href" to="javascript:alert(1)"/><circle r="9"/></a>'),
        {"active_content"},
    ),
    "doubling.svg": (lambda: svg_uses(40, 2), {"too_complex"}),
    "script.pdf": (pdf_script, {"active_content"}),
    "launch.pdf": (pdf_launch, {"active_content"}),
    "elsewhere.pdf": (lambda: pdf_opening(S=Name.GoToE, F=pikepdf.String(r"\\stranger\x")), {"active_content"}),
    "remote.pdf": (lambda: pdf_opening(S=Name.GoToR, F=pikepdf.String(r"\\stranger\x")), {"active_content"}),
    "form.pdf": (pdf_xfa, {"active_content"}),
    "circle.pdf": (pdf_recursive, {"too_complex"}),
    "doubling.pdf": (pdf_doubling, {"too_complex"}),
    "locked.pdf": (pdf_locked, {"encrypted"}),
    "nopdf.ai": (ai_without_pdf, {"no_pdf_content"}),
    "nomerged.psd": (lambda: psd(merged=False), {"no_preview"}),
    "loop.eps": (lambda: eps("{} loop"), {"too_complex"}),
    "reads.eps": (lambda: eps("(/etc/passwd) (r) file 1000 string readstring pop =="), {"unreadable"}),
    "hungry.eps": (lambda: eps("100000000 array"), {"too_complex"}),
    "pipes.eps": (lambda: eps("(%pipe%id) (r) file closefile"), {"unreadable"}),
    "bomb.zip": (zip_bomb, {"archive_bomb"}),
    "overlap.zip": (zip_overlapping, {"archive_bomb", "truncated"}),
    "locked.zip": (zip_locked, {"encrypted"}),
    "up.zip": (lambda: archive({"../../etc/cron.d/x": b"x"}), {"archive_names"}),
    "letter.docx": (docx, {"unsupported_kind"}),
    "slides.pptx": (lambda: office("presentationml.presentation"), {"unsupported_kind"}),
    "other.3mf": (lambda: archive({"[Content_Types].xml": b"<x/>"}), {"unsupported_kind"}),
    "both.png": (lambda: png() + archive(), {"foreign_data"}),
    "tail.png": (lambda: png() + b"<?php system($_GET[0]);", {"foreign_data"}),
    "both.jpg": (lambda: jpeg() + archive(), {"foreign_data"}),
    "both.pdf": (lambda: pdf() + archive(), {"foreign_data"}),
    "inside.jpg": (lambda: b"\xff\xd8\xff\xfe\x00\x20%PDF-1.4\n" + jpeg()[2:], {"foreign_data"}),
    "program.png": (lambda: b"MZ" + bytes(300), {"unsupported_kind"}),
    "page.svg": (lambda: b"<!DOCTYPE html><html><svg></svg></html>", {"unsupported_kind"}),
    "moving.png": (lambda: b"GIF89a" + bytes(300), {"unsupported_kind"}),
    "words.png": (lambda: b"hello " * 100, {"unsupported_kind"}),
    "noise.png": (lambda: bytes((n * 7919) % 251 for n in range(5000)), {"unsupported"}),
}
#: Of these, what would never end: it takes all the time that it is given.
ENDLESS = {"doubling.pdf", "loop.eps"}


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def ghostscript() -> bool:
    """Whether EPS can be opened on this machine."""
    try:
        return subprocess.run(["gs", "--version"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
