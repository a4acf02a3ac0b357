"""Documents: allowed by content, sealed on disk, scanned where configured, handed out and never shown, withdrawn."""

from __future__ import annotations

import io
import socket
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.fixtures import Settings

from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.documents import add_document, open_document, withdraw_document
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.files import kinds, pictures, scanning
from leeward.record.cases.models import Case, Document
from tests.worlds import World

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n"


def packed(names: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**extra: bytes) -> bytes:
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", **extra})


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*extra: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + body + chunk(b"IEND", b"")


def jpeg(*segments: bytes, after: bytes = b"") -> bytes:
    jfif = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    table = b"\xff\xdb\x00\x43\0" + bytes(64)
    scan = b"\xff\xda\x00\x08\x01\x01\0\0\x3f\0" + b"\x12\x34\xff\x00\x56"
    return b"\xff\xd8" + jfif + b"".join(segments) + table + scan + b"\xff\xd9" + after


def exif(turned: int = 1, secret: bytes = b"Refuge Street 5") -> bytes:
    entries = struct.pack(">HHIHH", 0x0112, 3, 1, turned, 0) + struct.pack(">HHII", 0x010E, 2, len(secret), 38)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 2) + entries + struct.pack(">I", 0) + secret
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


def post(world: World, case: Case, content: bytes, name: str, user: str = "idva") -> str:
    answer = world.browser(user).post(
        reverse("case_document_add", args=[case.id]),
        {"file": SimpleUploadedFile(name, content), "kind": "letter", "title": "Letter of the school"},
    )
    return "" if answer.status_code == 303 else answer.content.decode()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "a.pdf", "application/pdf"),
        (docx(), "a.docx", kinds.DOCX.media_type),
        (packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "a.XLSX", kinds.XLSX.media_type),
        (packed({"mimetype": kinds.ODT.media_type.encode(), "content.xml": b""}, zipfile.ZIP_STORED), "a.odt",
         kinds.ODT.media_type),
        (png(), "a.png", "image/png"),
        (jpeg(), "photo.JPG", "image/jpeg"),
        ("Täglich gesehen\n".encode(), "a.txt", "text/plain"),
        (PDF, "no-ending", "application/pdf"),
    ],
)  # fmt: skip
def test_what_may_be_kept_is_known_by_its_content(content: bytes, name: str, media_type: str) -> None:
    assert kinds.kind_of(content, name).media_type == media_type


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.pdf", "empty"),
        (b"MZ\x90\0" + bytes(200), "a.pdf", "cannot be kept"),
        (b"\x7fELF" + bytes(200), "a.txt", "cannot be kept"),
        (docx(), "a.pdf", "says that this is a PDF, but it is a Word"),
        (PDF, "a.jpg", "says that this is a JPEG"),
        (PDF, "a.exe", "says that this is"),
        (packed({"readme.txt": b"x"}), "a.docx", "cannot be kept"),
        (b"<html><script>alert(1)</script>", "a.txt", "cannot be kept"),
        (b"<svg xmlns='x'/>", "a.txt", "cannot be kept"),
        (b"\xff\xd8\xff\xe0 cut off", "a.jpg", "cannot be kept"),
        (b"PK\x03\x04 not an archive", "a.docx", "damaged"),
        (docx(**{"word/vbaProject.bin": b"x"}), "a.docx", "macro"),
        (docx(**{"word/media/big.bin": bytes(30_000_000)}), "a.docx", "unpacks to far more"),
        (packed({f"word/{n}": b"" for n in range(2100)}), "a.docx", "unpacks to far more"),
        (b"x" * (20 * 1024 * 1024 + 1), "a.txt", "larger than 20 MB"),
        (b"bell\x07", "a.txt", "cannot be kept"),
    ],
)
def test_what_may_not_be_kept_is_refused_in_words(content: bytes, name: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        kinds.kind_of(content, name)
    assert words in refused.value.words


def test_a_refusal_stands_beside_the_field(world: World) -> None:
    case = world.case()
    page = post(world, case, docx(), "a.pdf")
    assert "<title>Error:" in page
    assert 'href="#id_file"' in page
    assert "says that this is a PDF" in page
    assert "The file is empty" in post(world, case, b"", "a.pdf")
    assert "20 MB" in post(world, case, b"x" * (21 * 1024 * 1024), "a.txt")
    world.act("idva")
    assert Document.objects.count() == 0


def test_a_file_is_sealed_on_disk_and_handed_out_unchanged(world: World, tmp_path: Path) -> None:
    case = world.case()
    assert post(world, case, PDF, "Maya Lindqvist, Harbour Street 5.pdf") == ""
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert b"%PDF" not in files[0].read_bytes()
    assert "maya" not in str(files[0]).lower()
    world.act("idva")
    document = Document.objects.get()
    answer = world.browser("idva").get(reverse("document_file", args=[document.id]))
    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="document-')
    assert "Maya" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert world.browser("haven_worker").get(reverse("document_file", args=[document.id])).status_code == 404


def test_a_file_that_was_changed_on_disk_does_not_open(world: World, tmp_path: Path) -> None:
    case = world.case()
    by = world.act("idva")
    one = add_document(by=by, case=case, name="a.pdf", content=PDF, kind="letter", title="A")
    two = add_document(by=by, case=case, name="b.txt", content=b"Another", kind="letter", title="B")
    paths = {document.id: next(tmp_path.rglob(f"{document.id:x}")) for document in (one, two)}
    sealed = paths[one.id].read_bytes()
    paths[two.id].write_bytes(sealed)
    with pytest.raises(Refused, match="cannot be opened"):
        open_document(by=by, document=two)
    paths[one.id].write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(Refused, match="cannot be opened"):
        open_document(by=by, document=one)
    paths[one.id].unlink()
    page = world.browser("idva").get(reverse("document_file", args=[one.id]), follow=True).content.decode()
    assert "cannot be opened" in page


def test_a_picture_is_kept_without_where_and_when(world: World) -> None:
    secret = b"Refuge Street 5"
    told = png(chunk(b"tEXt", b"Comment\0" + secret), chunk(b"eXIf", secret), chunk(b"tIME", bytes(7)))
    assert pictures.without_metadata(told, "image/png") == png()
    comment = b"\xff\xfe" + struct.pack(">H", len(secret) + 2) + secret
    full = jpeg(exif(), comment, b"\xff\xed\x00\x04ab", after=b"MotionPhoto" + secret + b"\xff\xd9")
    assert pictures.without_metadata(full, "image/jpeg") == jpeg()
    case = world.case()
    assert post(world, case, full, "x.jpg") == ""
    world.act("idva")
    assert default_storage.exists  # the folder of this test
    content = open_document(by=world.act("idva"), document=Document.objects.get())
    assert content == jpeg()
    document = Document.objects.get()
    assert document.sha256 != document.original_sha256


def test_a_picture_stays_the_right_way_up() -> None:
    kept = pictures.without_metadata(jpeg(exif(turned=6)), "image/jpeg")
    assert b"Refuge" not in kept
    assert kept.count(b"Exif") == 1
    assert pictures._orientation(kept.split(b"Exif\0\0")[1]) == 6


@pytest.mark.parametrize("cut", [10, 30, 60, 90])
def test_a_damaged_picture_is_refused(cut: int) -> None:
    with pytest.raises(Refused, match="damaged"):
        pictures.without_metadata(jpeg(exif())[:cut], "image/jpeg")
    with pytest.raises(Refused, match="damaged"):
        pictures.without_metadata(png()[: min(cut, 60)], "image/png")


@contextmanager
def clamd(reply: bytes) -> Iterator[str]:
    """A ClamAV daemon as far as it matters: it takes a stream and answers."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"nINSTREAM\n"
            while size := struct.unpack(">I", stream.read(4))[0]:
                stream.read(size)
            connection.sendall(reply)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()
        thread.join(2)


def test_a_clean_file_is_marked_as_checked(world: World, settings: Settings) -> None:
    case = world.case()
    with clamd(b"stream: OK\n") as where:
        settings.CLAMAV = where
        assert post(world, case, PDF, "a.pdf") == ""
    world.act("idva")
    assert Document.objects.get().scan == scanning.CLEAN


def test_an_infected_file_is_refused(world: World, settings: Settings, tmp_path: Path) -> None:
    case = world.case()
    with clamd(b"stream: Eicar-Signature FOUND\n") as where:
        settings.CLAMAV = where
        page = post(world, case, PDF, "a.pdf")
    assert "A virus was found" in page
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_scanner_that_is_down_refuses_in_its_own_words(world: World, settings: Settings) -> None:
    case = world.case()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        where = f"127.0.0.1:{closed.getsockname()[1]}"
    settings.CLAMAV = where
    assert "the checker does not answer" in post(world, case, PDF, "a.pdf")
    with clamd(b"stream: INSTREAM size limit exceeded. ERROR\n") as odd:
        settings.CLAMAV = odd
        assert "the checker does not answer" in post(world, case, PDF, "a.pdf")
    world.act("idva")
    assert Document.objects.count() == 0


def test_a_withdrawn_document_opens_for_nobody(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    document = add_document(by=by, case=case, name="a.pdf", content=PDF, kind="court", title="Order")
    share_case(
        by=by, case=case, organisation_id=world.organisations["haven"].id, organisation_name="x", scope=3,
        lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip
    with pytest.raises(Refused, match="Only the organisation"):
        withdraw_document(by=world.act("haven_worker"), document=document, why="No")
    assert world.browser("haven_worker").get(reverse("document_withdraw", args=[document.id])).status_code == 404
    browser = world.browser("idva")
    assert (
        browser.post(reverse("document_withdraw", args=[document.id]), {"why": "Of another person"}).status_code == 303
    )
    page = browser.get(reverse("document_file", args=[document.id]), follow=True).content.decode()
    assert "withdrawn" in page
    assert "Of another person" in page


def test_own_documents_stay_with_the_organisation(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    own = add_document(by=by, case=case, name="a.pdf", content=PDF, kind="letter", title="Ours", own_organisation=True)
    share_case(
        by=by, case=case, organisation_id=world.organisations["haven"].id, organisation_name="x", scope=3,
        lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip
    browser = world.browser("haven_worker")
    assert browser.get(reverse("document_file", args=[own.id])).status_code == 404
    assert "Ours" not in browser.get(reverse("case_documents", args=[case.id])).content.decode()
    assert "Ours" not in browser.get(reverse("case", args=[case.id])).content.decode()
