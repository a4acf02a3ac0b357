"""Pictures without what cameras and programs write into them: where, when, by whom, with which telephone.

Only whole segments are left out, so that the picture itself stays bit for bit the same. A JPEG keeps which way up it
is. Raises Refused for a picture that cannot be read to its end.
"""

from __future__ import annotations

import struct

from leeward.platform.common.errors import Refused

DAMAGED = "This picture is damaged. Open it, save it anew, and send that."
# What a picture needs to be shown: the rest of a PNG's chunks is text, time, EXIF and private matter.
_PNG_KEEPS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs",
              b"acTL", b"fcTL", b"fdAT"}  # fmt: skip
_ALONE = {0x01, 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7}
_START_OF_SCAN, _END, _ADOBE, _JFIF, _EXIF, _COMMENT, _PROFILE = 0xDA, 0xD9, 0xEE, 0xE0, 0xE1, 0xFE, 0xE2


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The same picture without metadata; any other kind of file as it is."""
    if media_type == "image/jpeg":
        return _jpeg(content)
    if media_type == "image/png":
        return _png(content)
    return content


def _jpeg(content: bytes) -> bytes:
    out = [content[:2]]
    at = 2
    turned = 1
    while True:
        if at + 4 > len(content) or content[at] != 0xFF:
            raise Refused(DAMAGED)
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker in _ALONE:
            out.append(content[at : at + 2])
            at += 2
            continue
        length = struct.unpack(">H", content[at + 2 : at + 4])[0]
        segment = content[at : at + 2 + length]
        if length < 2 or len(segment) < 2 + length:
            raise Refused(DAMAGED)
        if marker == _START_OF_SCAN:
            break
        if marker == _EXIF and segment[4:10] == b"Exif\0\0":
            turned = _orientation(segment[10:])
        # JFIF and Adobe say how colours are meant, a colour profile (ICC) too; every other application's matter goes.
        keeps = not (0xE0 <= marker <= 0xEF or marker == _COMMENT) or marker in (_JFIF, _ADOBE)
        if keeps or (marker == _PROFILE and segment[4:15] == b"ICC_PROFILE"):
            out.append(segment)
        at += 2 + length
    if turned != 1:
        out.insert(1, _only_orientation(turned))
    # From here on it is the picture itself; what stands after its end (a second picture, a film) is left out.
    end = content.rfind(b"\xff\xd9")
    if end < at:
        raise Refused(DAMAGED)
    out.append(content[at : _first_end(content, at) + 2])
    return b"".join(out)


def _first_end(content: bytes, at: int) -> int:
    """Where the picture ends: in its data each FF is followed by 00 or a restart mark."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise Refused(DAMAGED)
        if content[at + 1] == _END:
            return at
        at += 2


def _orientation(tiff: bytes) -> int:
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        (start,) = struct.unpack(f"{order}I", tiff[4:8])
        (count,) = struct.unpack(f"{order}H", tiff[start : start + 2])
        for number in range(min(count, 200)):
            entry = tiff[start + 2 + 12 * number : start + 14 + 12 * number]
            tag, _, _, value = struct.unpack(f"{order}HHIH2x", entry)
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 1
    except (KeyError, struct.error):
        return 1
    return 1


def _only_orientation(turned: int) -> bytes:
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> bytes:
    out = [content[:8]]
    at = 8
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        name = content[at + 4 : at + 8]
        whole = content[at : at + 12 + length]
        if len(whole) < 12 + length:
            raise Refused(DAMAGED)
        if name in _PNG_KEEPS:
            out.append(whole)
        at += 12 + length
        if name == b"IEND":
            return b"".join(out)
    raise Refused(DAMAGED)
