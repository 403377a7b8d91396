"""Looks into a stranger's file, in a process of its own that can do little harm (see `confine`).

Nothing here imports the rest of the portal: `examine` starts this package by itself. What it finds out of a file, its
facts, are JSON; a fact that is not known is left out:

    kind            the code of the format, by content
    pixels          [width, height] as seen upright; dpi: what the file says of itself; bits: per colour
    page_mm         [width, height] of the first page (its trim box), of a drawing, or of stitches; pages: how many
    vector          made of paths; image_ppi: the coarsest picture inside, in pixels per inch of the page
    pictures        how many pictures are inside
    colours         among "RGB", "CMYK", "Gray", "Lab"; spots: names of spot colours
    alpha           whether parts are see-through
    fonts           names of the fonts kept inside; fonts_missing: of those that are not; live_text: text that needs one
    stitches, threads · triangles · schema · entries       of DST, STL, STEP, ZIP
"""
