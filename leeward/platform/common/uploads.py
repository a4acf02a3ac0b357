"""Uploaded files stay in memory: a temporary file would lie on the disk in clear until somebody sweeps it up."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

MOST = 25 * 1024 * 1024  # past this nothing more is kept: the form says how much is allowed
HOPELESS = 200 * 1024 * 1024


class InMemory(FileUploadHandler):
    """Keeps up to MOST bytes of a file, counts the rest so that its form can refuse it in words, and gives up late."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it."""
        self.seen += len(raw_data)
        if self.seen <= MOST:
            self.kept.write(raw_data)
        elif self.seen > HOPELESS:
            raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """The file as a form sees it: with its true size, also where not all of it was kept."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            file=self.kept,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
