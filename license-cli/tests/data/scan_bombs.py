#!/usr/bin/env python3
"""Writes documents that were made to take all memory or time: scan_bombs.py CODE.png FOLDER

The arguments are those of scans.py.
"""

import struct
import sys
import zlib
from pathlib import Path

import scans
from PIL import Image


def zeros(length):
    """Returns so many zeros as a stream of Flate, without having them all at once."""
    packer, block = zlib.compressobj(6), bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(length >> 20)) + packer.flush()


def chained(pages):
    """Returns a TIFF of so many pages that share one strip; with 0 the page is its own next one."""
    tags = {256: 16, 257: 16, 258: 1, 259: 1, 262: 1, 277: 1, 278: 16}
    one = scans.made(tags, bytes(32))
    start = struct.unpack("<I", one[4:8])[0]
    directory = one[start:-4]
    after = [start + (number + 1) * (len(directory) + 4) for number in range(pages - 1)] + [0 if pages else start]
    return one[:start] + b"".join(directory + struct.pack("<I", place) for place in after)


def bombs(code):
    sheet = scans.page(code)
    size = lambda width, height: {256: width, 257: height, 258: 8, 259: 8, 262: 1, 277: 1, 278: height}
    yield "tiff-huge.tif", scans.made(size(60_000, 60_000), b"\x78\x9c")
    yield "tiff-no-pixels.tif", scans.made(size(0, 0), b"\x78\x9c")
    yield "tiff-empty.tif", scans.made(size(8_000, 8_000), b"\x78\x9c")
    yield "tiff-zeros.tif", scans.made(size(8_000, 8_000), zeros(1 << 30))
    yield "tiff-wide-words.tif", scans.made({**size(8_000, 8_000), 258: [16] * 4, 262: 2, 277: 4}, zeros(1 << 26))
    yield "tiff-own-next.tif", chained(0)
    yield "tiff-pages.tif", chained(5_000)
    tables = bytearray(scans.saved(Image.new("L", (64, 64)), "JPEG"))
    at = tables.index(b"\xff\xc0")
    tables[at + 5 : at + 9] = struct.pack(">HH", 65_500, 65_500)
    yield "tiff-huge-jpeg.tif", scans.made({**size(64, 64), 259: 7}, bytes(tables))
    entries, data = scans.pictured(sheet, "flate")
    wide = lambda width, height: b"/Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 " % (width, height)
    yield "pdf-huge.pdf", scans.scan([(wide(60_000, 60_000) + b"/Filter /FlateDecode", zeros(1 << 20))])
    yield "pdf-zeros.pdf", scans.scan([(wide(18_000, 18_000) + b"/Filter /FlateDecode", zeros(1 << 30))])
    twice = zlib.compress(zeros(1 << 31), 9)
    yield "pdf-twice.pdf", scans.scan([(wide(26_000, 26_000) + b"/Filter [/FlateDecode /FlateDecode]", twice)])
    yield "pdf-huge-jpeg.pdf", scans.scan([(wide(65_500, 65_500) + b"/Filter /DCTDecode", bytes(tables))])
    yield "pdf-pages.pdf", scans.scan(*[[]] * 2_000)
    catalog, page = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
    tree = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
    yield "pdf-own-child.pdf", scans.pdf([catalog, b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"])
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F 5 0 R >> >>"
    yield "pdf-own-form.pdf", scans.pdf([catalog, tree, page + b"/Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>",
                                        scans.stream(b"", b"/F Do"), scans.stream(form, b"/F Do /F Do")])
    yield "pdf-deep.pdf", scans.pdf([catalog, tree, page + b"/Contents 4 0 R /X " + b"[" * 200_000 + b"]" * 200_000 + b" >>",
                                    scans.stream(b"", b"[" * 200_000)])
    yield "pdf-saves.pdf", scans.pdf([catalog, tree, page + b"/Contents 4 0 R >>", scans.stream(b"", b"q " * 2_000_000)])
    lines = b"0 0 m " + b"9 9 l 500 800 l 3 700 l " * 200_000 + b"S"
    yield "pdf-lines.pdf", scans.pdf([catalog, tree, page + b"/Contents 4 0 R >>", scans.stream(b"", lines)])
    yield "pdf-large-page.pdf", scans.pdf([catalog, tree, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e9 1e9] >>"])
    yield "pdf-no-page.pdf", scans.pdf([catalog, tree, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 0 0] >>"])
    locked = (b"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <" + b"5A" * 32 + b"> /U <" + b"A5" * 32 + b"> >>")
    whole = scans.scan([(entries, data)])
    yield "pdf-locked.pdf", whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /ID [<AA> <AA>] /Encrypt " + locked)


def main():
    folder = Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    for name, content in bombs(Image.open(sys.argv[1]).convert("L")):
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
