"""What a file really is, by its content: the name that it was sent under is only asked whether it lies."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import puremagic

from leeward.platform.common.errors import Refused

MEGABYTES = 20
LONGEST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2000
MOST_DENSE = 100  # times: an honest office file packs 3 to 20 times smaller


@dataclass(frozen=True)
class Kind:
    """A kind of file that may be kept: how browsers call it, and what its name may end in."""

    media_type: str
    words: str
    endings: tuple[str, ...]

    @property
    def ending(self) -> str:
        """What we name it on the way out."""
        return self.endings[0]


PDF = Kind("application/pdf", "a PDF", ("pdf",))
JPEG = Kind("image/jpeg", "a JPEG picture", ("jpg", "jpeg", "jfif"))
PNG = Kind("image/png", "a PNG picture", ("png",))
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = Kind(f"{_OFFICE}wordprocessingml.document", "a Word document", ("docx",))
XLSX = Kind(f"{_OFFICE}spreadsheetml.sheet", "an Excel workbook", ("xlsx",))
ODT = Kind("application/vnd.oasis.opendocument.text", "an OpenDocument text", ("odt",))
TEXT = Kind("text/plain", "plain text", ("txt", "text", "log", "md", "csv"))
KINDS = (PDF, JPEG, PNG, DOCX, XLSX, ODT, TEXT)
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)
ALLOWED = "PDF, Word (docx), Excel (xlsx), OpenDocument (odt), plain text, JPEG or PNG"


def kind_of(content: bytes, name: str) -> Kind:
    """The kind of a file. Raises Refused with a sentence for whatever may not be kept."""
    if not content:
        raise Refused("The file is empty. Choose another.")
    if len(content) > MEGABYTES * 1024 * 1024:
        raise Refused(f"The file is larger than {MEGABYTES} MB. Save it smaller, or send it in parts.")
    kind = _by_content(content)
    if kind is None:
        raise Refused(f"This kind of file cannot be kept. Send it as {ALLOWED}.")
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending and ending not in kind.endings:
        said = next((other.words for other in KINDS if ending in other.endings), f"a “.{ending[:10]}” file")
        raise Refused(f"The name says that this is {said}, but it is {kind.words}. Save it under its true kind first.")
    return kind


def kind_for(media_type: str) -> Kind | None:
    """The kind of what is kept already."""
    return next((kind for kind in KINDS if kind.media_type == media_type), None)


def _by_content(content: bytes) -> Kind | None:
    try:
        guesses = puremagic.magic_string(content)
    except puremagic.PureError:
        guesses = []
    found = {guess.extension.lstrip(".").lower() for guess in guesses}
    if content[:5] == b"%PDF-":
        return PDF
    if content[:3] == b"\xff\xd8\xff" and content.rstrip(b"\0")[-2:] == b"\xff\xd9":
        return JPEG
    if content[:8] == b"\x89PNG\r\n\x1a\n" and b"IEND" in content[-64:]:
        return PNG
    if content[:4] == b"PK\x03\x04":
        return _packed(content)
    # Something that is known, and is none of ours (a program, an archive, an old office file), is not text either.
    if found & _NOT_TEXT or not _is_text(content):
        return None
    return TEXT


_NOT_TEXT = {
    "exe",
    "dll",
    "elf",
    "rar",
    "7z",
    "gz",
    "bz2",
    "xz",
    "zip",
    "tar",
    "doc",
    "xls",
    "ppt",
    "msi",
    "class",
    "swf",
}


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8", "utf-16"):
        if encoding == "utf-16" and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text):
            return False
        start = text.lstrip("\ufeff \t\r\n")[:200].lower()
        # A page or a script under a text file's name is no text for our purpose.
        return not start.startswith(("<!doctype", "<html", "<script", "<svg", "<?xml", "<?php", "#!"))
    return False


def _packed(content: bytes) -> Kind | None:
    """An office file is a zip archive: looked into without unpacking it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Refused("This file is damaged. Open it, save it anew, and send that.") from None
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > LONGEST_UNPACKED or unpacked > MOST_DENSE * max(len(content), 10_000):
        raise Refused("This file unpacks to far more than it seems to hold, so it cannot be opened safely.")
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("This file is locked with a password. Take the password off, and send it again.")
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", ".bat", ".zip")) for name in names):
        raise Refused("This file holds a program (a macro). Save it without, and send it again.")
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return DOCX
        if "xl/workbook.xml" in names:
            return XLSX
    if parts and parts[0].filename == "mimetype" and parts[0].file_size < 200:
        said = archive.read(parts[0]).decode("ascii", "replace").strip()
        if said == ODT.media_type:
            return ODT
    return None
