"""What is kept without a picture: STEP, STL, DST, ZIP, Excel, Word, plain text. Looked at far enough to know that it is
what it says."""

import re
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any
from xml.parsers import expat

from .refused import Refused
from .sniff import NO_TEXT, encoding

_MOST_ENTRIES = 10_000
_MOST_UNPACKED = 4 * 1024**3  # bytes
_FREE, _MOST_RATIO = 50 * 1024**2, 200  # a small archive may be squeezed as well as it likes
_CHUNK = 1024**2
_DIGITS = 7  # of a number in the header of a DST
#: Archives that are programs or documents in disguise, by a file inside.
_DISGUISES = {
    "META-INF/MANIFEST.MF": "JAR",
    "AndroidManifest.xml": "APK",
}
#: Office's packages (ISO/IEC 29500-2): the part that lists the types of all parts, and the types that count.
_TYPES, _LONGEST_LIST = "[Content_Types].xml", 1024**2
_MAIN = {"xlsx": ".spreadsheetml.sheet.main+xml", "docx": ".wordprocessingml.document.main+xml"}
_MACROS = re.compile(r"vbaproject|vbadata|macrosheet|macroenabled|activex")


def examine(path: Path, kind: str, _out: Path) -> tuple[dict[str, Any], None]:
    """(facts, no picture). Raises `Refused`."""
    return {"step": step, "stl": stl, "dst": dst, "zip": archive, "txt": text}[kind](path), None


def step(path: Path) -> dict[str, Any]:
    """STEP (ISO 10303-21): sections in order and a proper end."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
        file.seek(max(0, path.stat().st_size - 4096))
        tail = file.read()
    if b"HEADER;" not in head:
        raise Refused("unreadable")
    if b"END-ISO-10303-21;" not in tail:
        raise Refused("truncated")
    schema = re.search(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^'{]+)", head)
    return {"schema": schema[1].decode("ascii", "replace").strip()[:60]} if schema else {}


def stl(path: Path) -> dict[str, Any]:
    """STL: how many triangles there are. Raises `Refused` for none, and for a text that breaks off."""
    with path.open("rb") as file:
        head = file.read(84)
        count = struct.unpack_from("<I", head, 80)[0] if len(head) == 84 else 0
        if 84 + 50 * count == path.stat().st_size:
            return {"triangles": count}
        file.seek(0)
        triangles = sum(line.lstrip().lower().startswith(b"endfacet") for line in _lines(file))
        file.seek(max(0, path.stat().st_size - 4096))
        if b"endsolid" not in file.read().lower():
            raise Refused("truncated")
    if not triangles:
        raise Refused("unreadable")
    return {"triangles": triangles}


def _lines(file: Any) -> Any:
    while line := file.readline(4096):
        yield line


def dst(path: Path) -> dict[str, Any]:
    """Tajima DST: stitches, thread colours, and the size in mm that its header states (in tenths)."""
    with path.open("rb") as file:
        header = file.read(512).decode("ascii", "replace")
        body = file.read(64 * 1024**2)
    if not body.rstrip(b"\x1a\x00").endswith(b"\xf3") or len(body) < 3:
        raise Refused("truncated")

    def number(name: str) -> int:
        found = re.search(rf"(?:^|\r){re.escape(name)}:\s*(\d+)", header)
        return int(found[1]) if found and len(found[1]) <= _DIGITS else 0

    stitches = number("ST")
    if not stitches:
        raise Refused("unreadable")
    size = [(number("+X") + number("-X")) / 10, (number("+Y") + number("-Y")) / 10]
    return {"stitches": stitches, "threads": number("CO") + 1} | ({"page_mm": size} if all(size) else {})


def archive(path: Path) -> dict[str, Any]:
    """ZIP: every file inside is unpacked to nowhere, to see that it is whole and no bomb. Excel's and Word's files are
    ZIPs too; they are told by their `kind`."""
    try:
        with zipfile.ZipFile(path) as pack:
            files = [info for info in pack.infolist() if not info.is_dir()]
            _check_list(files, path.stat().st_size)
            for info in files:
                _unpack(pack, info)
            office = _office(pack) if _TYPES in pack.namelist() else {}
    except RuntimeError as error:
        raise Refused("encrypted") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Refused("truncated") from error
    except (NotImplementedError, ValueError, UnicodeDecodeError, struct.error) as error:
        raise Refused("unreadable") from error
    return {"entries": len(files)} | office


def _office(pack: zipfile.ZipFile) -> dict[str, str]:
    """Which of Office's files this is. Raises `Refused` for what has macros, and for those that are not taken."""
    names, types = [name.casefold() for name in pack.namelist()], []
    with pack.open(_TYPES) as file:
        listed = file.read(_LONGEST_LIST + 1)
    if len(listed) > _LONGEST_LIST or len(names) > len(set(names)):
        raise Refused("unreadable")
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, said: types.append(said.get("ContentType", "").casefold())
    parser.Parse(listed, True)
    if any(_MACROS.search(one) for one in (*names, *types)):
        raise Refused("macros")
    for code, main in _MAIN.items():
        if any(one.endswith(main) for one in types):
            return {"kind": code}
    raise Refused("unsupported_kind", kind="PowerPoint" if any("presentation" in one for one in types) else "Office")


def text(path: Path) -> dict[str, Any]:
    """Plain text, a CSV for example, in whatever encoding: nothing in it but letters, to its end."""
    with path.open("rb") as file:
        wide = encoding(file.read(2)) == "utf-16"
    with path.open(encoding="utf-16" if wide else "latin-1", newline="") as file:
        while piece := file.read(_CHUNK):
            if NO_TEXT.search(piece):
                raise Refused("unsupported")
    return {}


def _check_list(files: list[zipfile.ZipInfo], size: int) -> None:
    if not files:
        raise Refused("empty")
    unpacked = sum(info.file_size for info in files)
    overlapping = sum(info.compress_size for info in files) > size
    if len(files) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED or overlapping:
        raise Refused("archive_bomb")
    if unpacked > _FREE and unpacked > size * _MOST_RATIO:
        raise Refused("archive_bomb")
    for info in files:
        if any(info.flag_bits & bit for bit in (0x1, 0x40)):
            raise Refused("encrypted")
        if disguise := _DISGUISES.get(info.filename):
            raise Refused("unsupported_kind", kind=disguise)
        _check_name(info.filename)


def _check_name(name: str) -> None:
    plain = name.replace("\\", "/")
    if plain.startswith("/") or re.match(r"[A-Za-z]:", plain) or ".." in PurePosixPath(plain).parts:
        raise Refused("archive_names")


def _unpack(pack: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Reading to the end compares the check sum; more than the list said is never unpacked."""
    with pack.open(info) as file:
        while file.read(_CHUNK):
            pass
