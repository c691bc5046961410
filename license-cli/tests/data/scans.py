#!/usr/bin/env python3
"""Writes one code in every way in which it comes back from a screen, a fax or a scanner: scans.py CODE.png FOLDER [small]

CODE.png is a code in black on white. The names of the files begin with their kind: dark, pulled, tiff, pdf. With
`small` a page is hardly larger than the code. Needs PIL with libtiff; the same code gives the same files.
"""

import io
import random
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps


SMALL = "small" in sys.argv[3:]
SIZE = (400, 566) if SMALL else (1240, 1754)
# In points, of which 72 are an inch.
PAPER = (144, 204) if SMALL else (595, 842)


def empty():
    return Image.new("L", SIZE, 250)


def page(code):
    """Returns a page of A4 at 150 dots an inch with the code and lines of print."""
    paper = empty()
    if SMALL:
        side = 360 // code.width * code.width or 360
        paper.paste(code.resize((side, side), Image.Resampling.NEAREST), (20, 60))
        return paper
    width, at, side = SIZE[0], (300, 420), 640
    draw = ImageDraw.Draw(paper)
    chance = random.Random(15)
    for line in [*range(60, 380, 30), *range(1150, 1700, 30)]:
        left = 120
        while left < width - 200:
            word = chance.randint(20, 120)
            draw.rectangle((left, line, left + word, line + 14), fill=30)
            left += word + 16
    paper.paste(code.resize((side, side), Image.Resampling.NEAREST), at)
    return paper


def coloured(code, dark, light):
    """Returns the code in two colours, which may be transparent."""
    picture = Image.new("RGBA", code.size, light)
    picture.paste(Image.new("RGBA", code.size, dark), mask=ImageOps.invert(code))
    return picture


def noisy(picture, strength):
    chance = random.Random(16)
    noise = Image.frombytes("L", picture.size, bytes(128 + int(chance.gauss(0, strength)) & 255 for _ in range(picture.width * picture.height)))
    return ImageChops.add(picture, noise, 1, -128)


def dark(code):
    """Light codes on dark, as from dark mode, a negative scan, or white print on transparency."""
    sheet, white, clear = page(code), (255, 255, 255, 255), (0, 0, 0, 0)
    inverted = ImageOps.invert(code)
    yield "negative.png", ImageOps.invert(sheet)
    yield "negative.jpg", ImageOps.invert(sheet)
    yield "negative-1.png", ImageOps.invert(sheet).convert("1")
    yield "mode.png", coloured(code, (212, 212, 212, 255), (30, 30, 30, 255)).convert("RGB")
    yield "grey.png", coloured(code, (130, 130, 130, 255), (60, 60, 60, 255)).convert("RGB")
    yield "green.png", coloured(code, (60, 255, 90, 255), (0, 10, 0, 255)).convert("RGB")
    yield "blue.jpg", coloured(code, white, (20, 40, 140, 255)).convert("RGB")
    yield "clear-white.png", coloured(code, white, clear)
    yield "clear-yellow.png", coloured(code, (250, 240, 120, 255), (90, 90, 90, 0))
    yield "clear-la.png", coloured(code, white, clear).convert("LA")
    yield "clear-white.webp", coloured(code, white, clear)
    yield "clear-white.gif", coloured(code, white, clear)
    yield "clear-black.png", coloured(code, (0, 0, 0, 255), clear)
    yield "clear-light.png", coloured(code, clear, white)
    yield "turned.png", inverted.rotate(13, expand=True, resample=Image.Resampling.BICUBIC)
    yield "soft.png", inverted.filter(ImageFilter.GaussianBlur(1.5))
    yield "noisy.png", noisy(inverted.point(lambda level: 60 + level // 2), 18)
    yield "mirrored.png", ImageOps.mirror(inverted)
    frame = Image.new("L", (900, 900), 245)
    frame.paste(inverted.resize((600, 600)), (150, 150))
    yield "framed.png", frame
    yield "plain.bmp", inverted
    yield "plain.gif", inverted
    yield "plain.webp", inverted


def pulled(code):
    """Codes twice as high as wide, and the other way round."""
    sheet = page(code)
    size = lambda x, y: (round(sheet.width * x), round(sheet.height * y))
    fax = sheet.resize(size(1.36, 98 / 150))
    yield "fax.png", fax
    yield "fax-1.png", fax.convert("1", dither=Image.Dither.NONE)
    yield "fax-inverted.png", ImageOps.invert(fax)
    yield "fax-quarter.png", fax.rotate(90, expand=True)
    yield "fax-half.png", fax.rotate(180)
    yield "fax.jpg", fax
    yield "low.png", sheet.resize(size(1, 0.5))
    yield "narrow.png", sheet.resize(size(0.5, 1))
    yield "high.png", sheet.resize(size(1, 2))
    yield "wide.png", sheet.resize(size(2, 1))
    yield "low-third.png", sheet.resize(size(1.5, 0.5))
    yield "high-half.png", sheet.resize(size(1, 1.5))
    yield "wide-half.jpg", sheet.resize(size(1.6, 1))
    yield "noisy.png", noisy(fax.point(lambda level: 40 + level * 2 // 3), 5)
    yield "soft.png", fax.filter(ImageFilter.GaussianBlur(1))
    yield "slanted.png", sheet.rotate(1.5, fillcolor=250, resample=Image.Resampling.BICUBIC).resize(size(1.36, 98 / 150))
    yield "code.png", code.resize((code.width * 2, code.height))
    yield "code.webp", code.resize((code.width, code.height * 2))


def tiff(first, *rest, **options):
    """Returns the bytes of a TIFF with these pages."""
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=rest, **options)
    return file.getvalue()


def made(tags, data, order="<"):
    """Returns a TIFF of one page written here: tags as number and value, and one strip."""
    tags = sorted({**tags, 273: 8, 279: len(data)}.items())
    data += b"\0" * (len(data) % 2)
    head = struct.pack(order + "2sHI", b"II" if order == "<" else b"MM", 42, 8 + len(data))
    after = 8 + len(data) + 2 + 12 * len(tags) + 4
    entries, more = b"", b""
    for tag, value in tags:
        if isinstance(value, list):
            entries += struct.pack(order + "HHII", tag, 3, len(value), after + len(more))
            more += struct.pack(f"{order}{len(value)}H", *value)
        elif tag in (256, 257, 273, 278, 279, 292):
            entries += struct.pack(order + "HHII", tag, 4, 1, value)
        else:
            entries += struct.pack(order + "HHIHH", tag, 3, 1, value, 0)
    return head + data + struct.pack(order + "H", len(tags)) + entries + b"\0\0\0\0" + more


def strip(picture, compression):
    """Returns the one strip of a picture that libtiff compresses."""
    file = io.BytesIO(tiff(picture, compression=compression, strip_size=picture.width * picture.height))
    tags = Image.open(file).tag_v2
    assert len(tags[273]) == 1, "PIL wrote several strips"
    return file.getvalue()[tags[273][0] : tags[273][0] + tags[279][0]]


def turned(data):
    return bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)


def tiffs(code):
    """Pages of faxes and scans, with the code on the last."""
    sheet, blank = page(code), empty()
    bits = sheet.convert("1", dither=Image.Dither.NONE)
    for name in ("group4", "group3", "tiff_ccitt", "tiff_lzw", "tiff_adobe_deflate", "packbits", "raw"):
        yield f"1-{name}.tif", tiff(blank.convert("1"), bits, compression=name)
    for name in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "raw", "jpeg"):
        yield f"grey-{name}.tif", tiff(blank, sheet, compression=name)
        yield f"colour-{name}.tif", tiff(blank.convert("RGB"), sheet.convert("RGB"), compression=name)
    yield "many.tif", tiff(*[blank.convert("1")] * 20, bits, compression="group4")
    yield "clear.tif", tiff(coloured(code, (255, 255, 255, 255), (0, 0, 0, 0)), compression="tiff_lzw")
    yield "palette.tif", tiff(sheet.convert("RGB").quantize(7), compression="tiff_lzw")
    yield "cmyk.tif", tiff(sheet.convert("RGB").convert("CMYK"), compression="tiff_lzw")
    yield "words.tif", tiff(sheet.convert("I").point(lambda level: level * 257).convert("I;16"), compression="raw")
    fax = page(code).resize((round(SIZE[0] * 1.39), round(SIZE[1] * 0.653))).convert("1", dither=Image.Dither.NONE)
    yield "fax-fine.tif", tiff(fax, compression="group3", dpi=(204, 98))
    width, height = bits.size
    size = {256: width, 257: height, 258: 1, 277: 1, 278: height}
    raw = bits.tobytes()
    inverse = bytes(byte ^ 255 for byte in raw)
    four, three = strip(bits, "group4"), strip(bits, "group3")
    for order, letter in (("<", "little"), (">", "big")):
        yield f"zero-black-{letter}.tif", made({**size, 259: 1, 262: 1}, raw, order)
        yield f"zero-white-{letter}.tif", made({**size, 259: 1, 262: 0}, inverse, order)
        yield f"lowest-first-{letter}.tif", made({**size, 259: 1, 262: 1, 266: 2}, turned(raw), order)
        yield f"palette-{letter}.tif", made({**size, 259: 1, 262: 3, 320: [65535, 0] * 3}, inverse, order)
        yield f"group4-{letter}.tif", made({**size, 259: 4, 262: 0}, four, order)
    yield "group4-negative.tif", made({**size, 259: 4, 262: 1}, four)
    yield "group4-lowest-first.tif", made({**size, 259: 4, 262: 0, 266: 2}, turned(four))
    yield "group3-lowest-first.tif", made({**size, 259: 3, 262: 0, 266: 2}, turned(three))
    yield "group4-cut.tif", made({**size, 259: 4, 262: 0}, four[:-16])
    nibbles = bytes((a >> 4 << 4) | b >> 4 for a, b in zip(sheet.tobytes()[::2], sheet.tobytes()[1::2]))
    yield "four-bits.tif", made({**size, 258: 4, 259: 1, 262: 1}, nibbles)


def pdf(objects, before=b""):
    """Returns a PDF of these objects, of which the first is the catalog."""
    file, places = before + b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(file) - len(before))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(file) - len(before)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    return file + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def stream(entries, data):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def scan(*pages, extra=b"", before=b""):
    """Returns a PDF with these pages, each a list of pictures from the top: entries and data."""
    objects, kids = [b"<< /Type /Catalog /Pages 2 0 R >>", b""], []
    for pictures in pages:
        kids.append(len(objects) + 1)
        names, draw, first = b"", b"", len(objects) + 3
        for index, (entries, data) in enumerate(pictures):
            names += b"/P%d %d 0 R " % (index, first + index)
            each = PAPER[1] / len(pictures)
            draw += b"q %d 0 0 %f 0 %f cm /P%d Do Q\n" % (PAPER[0], each, PAPER[1] - each * (index + 1), index)
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R "
                       b"/Resources << /XObject << %s>> >> %s >>" % (*PAPER, first - 1, names, extra))
        objects.append(stream(b"", draw))
        objects += [stream(b"/Type /XObject /Subtype /Image " + entries, data) for entries, data in pictures]
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return pdf(objects, before)


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def pictured(picture, way):
    """Returns a picture's entries and data as scanners write them."""
    sizes = b"/Width %d /Height %d " % picture.size
    grey, one = b"/ColorSpace /DeviceGray /BitsPerComponent 8 ", b"/ColorSpace /DeviceGray /BitsPerComponent 1 "
    bits = picture.convert("1", dither=Image.Dither.NONE)
    parms = b"/Filter /CCITTFaxDecode /DecodeParms << /K %d /Columns %d /Rows %d %s>> "
    if way == "jpeg":
        return sizes + grey + b"/Filter /DCTDecode ", saved(picture, "JPEG", quality=70)
    if way == "colour":
        space = b"/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode "
        return sizes + space, saved(picture.convert("RGB"), "JPEG", quality=60)
    if way == "jpeg2000":
        return sizes + b"/Filter /JPXDecode ", saved(picture, "JPEG2000")
    if way == "flate":
        return sizes + grey + b"/Filter /FlateDecode ", zlib.compress(picture.tobytes())
    if way == "hex":
        return sizes + one + b"/Filter [/ASCIIHexDecode /FlateDecode] ", zlib.compress(bits.tobytes()).hex().encode() + b">"
    if way == "bits":
        return sizes + one + b"/Filter /FlateDecode ", zlib.compress(bits.tobytes())
    if way == "mask":
        return sizes + b"/ImageMask true /BitsPerComponent 1 /Filter /FlateDecode ", zlib.compress(bits.tobytes())
    if way == "negative":
        return sizes + one + b"/Decode [1 0] /Filter /FlateDecode ", zlib.compress(bytes(b ^ 255 for b in bits.tobytes()))
    if way == "palette":
        space = b"/ColorSpace [/Indexed /DeviceRGB 1 <FFFFFF000000>] /BitsPerComponent 1 /Filter /FlateDecode "
        return sizes + space, zlib.compress(bytes(b ^ 255 for b in bits.tobytes()))
    if way == "group3":
        return sizes + one + parms % (0, *picture.size, b""), strip(bits, "group3")
    assert way == "group4"
    return sizes + one + parms % (-1, *picture.size, b""), strip(bits, "group4")


def pdfs(code):
    """What office scanners make, with the code on the last page."""
    sheet, blank = page(code), empty()
    for way in ("jpeg", "colour", "jpeg2000", "flate", "hex", "bits", "mask", "negative", "palette", "group3", "group4"):
        yield f"{way}.pdf", scan([pictured(blank, way)], [pictured(sheet, way)])
    if SMALL:
        return
    fine = sheet.resize((4960, 7016), Image.Resampling.BICUBIC)
    yield "fine-group4.pdf", scan([pictured(fine, "group4")])
    yield "fine-colour.pdf", scan([pictured(fine.resize((3307, 4677)), "colour")])
    strips = [sheet.crop((0, top, SIZE[0], top + SIZE[1] // 2)) for top in (0, SIZE[1] // 2)]
    yield "strips.pdf", scan([pictured(each, "jpeg") for each in strips])
    yield "fax.pdf", scan([pictured(sheet.resize((round(SIZE[0] * 1.39), round(SIZE[1] * 0.653))), "group4")])
    yield "many.pdf", scan(*[[pictured(blank, "group4")]] * 20, [pictured(sheet, "group4")])
    yield "turned.pdf", scan([pictured(sheet, "jpeg")], extra=b"/Rotate 90")
    yield "dark.pdf", scan([pictured(ImageOps.invert(sheet), "flate")])
    yield "before.pdf", scan([pictured(sheet, "jpeg")], before=b"HTTP/1.1 200 OK\r\n\r\n")
    yield "no-table.pdf", scan([pictured(sheet, "jpeg")]).split(b"xref\n")[0]
    drawn = b"".join(b"%d %d 3 3 re\n" % (100 + 3 * x, 700 - 3 * y) for y, x in modules(code)) + b"f\n"
    yield "drawn.pdf", pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
                            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>", stream(b"", drawn)])


def modules(code):
    """Yields row and column of the dark modules."""
    dark = ImageOps.invert(code)
    box = dark.getbbox()
    finder = next(at for at in range(code.width) if code.getpixel((box[0] + at, box[1])) > 128)
    each = finder / 7
    side = round((box[2] - box[0]) / each)
    for row in range(side):
        for column in range(side):
            if code.getpixel((int(box[0] + (column + 0.5) * each), int(box[1] + (row + 0.5) * each))) < 128:
                yield row, column


def main():
    code, folder = Image.open(sys.argv[1]).convert("L"), Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    for kind, files in (("dark", dark), ("pulled", pulled), ("tiff", tiffs), ("pdf", pdfs)):
        for name, content in files(code):
            path = folder / f"{kind}-{name}"
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                content.save(path)


if __name__ == "__main__":
    main()
