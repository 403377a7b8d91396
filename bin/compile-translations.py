"""python bin/compile-translations.py: every catalogue of the portal, as the programs read it.

`pybabel compile` would take the per cent sign of "100 % hides" for a placeholder, and fail. What placeholders
there must be is checked by tests/conventions.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_CATALOGUES = Path(__file__).resolve().parent.parent / "portal" / "translations"

for path in _CATALOGUES.glob("*/LC_MESSAGES/*.po"):
    with path.open("rb") as source:
        catalogue = read_po(source, path.parts[-3])
    draft = path.with_suffix(".mo.new")
    with draft.open("wb") as compiled:
        write_mo(compiled, catalogue)
    draft.replace(path.with_suffix(".mo"))
