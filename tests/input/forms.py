"""Forms as a page offers them: which boxes there are, what stands in them, and what is said beside each."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "meta", "link", "br", "img", "hr", "wbr"}


@dataclass
class Box:
    """One box, list or group of buttons."""

    name: str
    kind: str  # text, textarea, select, radio, checkbox, hidden, file, password, email, tel …
    id: str = ""
    value: str = ""
    offered: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)

    @property
    def is_typed(self) -> bool:
        """Whether somebody types into it."""
        return self.kind in ("text", "textarea", "search", "email", "tel", "url", "number")


@dataclass
class Offered:
    """One form of a page."""

    method: str
    action: str
    is_search: bool = False  # finds something and keeps nothing
    boxes: dict[str, Box] = field(default_factory=dict)

    @property
    def typed(self) -> list[Box]:
        """The boxes that somebody types into."""
        return [box for box in self.boxes.values() if box.is_typed]

    @property
    def takes_file(self) -> bool:
        """Whether it takes a file."""
        return any(box.kind == "file" for box in self.boxes.values())

    def filled(self, typed: dict[str, str] | str = "") -> dict[str, object]:
        """What a browser sends: hidden values, the first choice where none is made, and what is typed."""
        sent: dict[str, object] = {}
        for box in self.boxes.values():
            if box.is_typed:
                sent[box.name] = typed if isinstance(typed, str) else typed.get(box.name, box.value)
            elif box.kind in ("radio", "select"):
                options = box.chosen or [option for option in box.offered if option][:1]
                if options:
                    sent[box.name] = options[0]
            elif box.kind == "checkbox":
                sent[box.name] = box.chosen or box.offered[:1]
            elif box.kind == "hidden":
                sent[box.name] = box.value
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Offered] = []
        self.ids: set[str] = set()
        self.errors: dict[str, str] = {}  # id of the message -> words
        self.summary: list[str] = []
        self.title = ""
        self._form: Offered | None = None
        self._area: Box | None = None
        self._select: Box | None = None
        self._error = ""
        self._depth = 0
        self._in_title = False
        self._in_summary = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if "id" in has:
            self.ids.add(has["id"])
        if self._error and tag not in VOID:
            self._depth += 1
        if "govuk-error-message" in has.get("class", "").split():
            self._error, self._depth = has.get("id", "?"), 1
            self.errors[self._error] = ""
        if self._in_summary and tag not in VOID:
            self._in_summary += 1
        if "govuk-error-summary" in has.get("class", "").split():
            self._in_summary = 1
        if tag == "a" and self._in_summary and has.get("href", "").startswith("#"):
            self.summary.append(has["href"][1:])
        if tag == "title":
            self._in_title = True
        if tag == "form":
            self._form = Offered(has.get("method", "get").lower(), has.get("action", ""), has.get("role") == "search")
            self.forms.append(self._form)
        name = has.get("name", "")
        if self._form is None or not name:
            if tag == "option" and self._select is not None:
                value = has.get("value", "")
                self._select.offered.append(value)
                if "selected" in has:
                    self._select.chosen.append(value)
            return
        if tag == "textarea":
            self._area = self._form.boxes[name] = Box(name, "textarea", has.get("id", ""))
        elif tag == "select":
            self._select = self._form.boxes[name] = Box(name, "select", has.get("id", ""))
        elif tag == "input":
            kind = has.get("type", "text")
            box = self._form.boxes.setdefault(name, Box(name, kind, has.get("id", ""), has.get("value", "")))
            if kind in ("radio", "checkbox"):
                box.offered.append(has.get("value", "on"))
                if "checked" in has:
                    box.chosen.append(has.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if self._error:
            self._depth -= 1
            if not self._depth:
                self._error = ""
        if self._in_summary:
            self._in_summary -= 1
        if tag == "title":
            self._in_title = False
        if tag == "form":
            self._form = None
        if tag == "textarea":
            if self._area is not None:
                self._area.value = self._area.value.removeprefix("\n")
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._error:
            self.errors[self._error] += data
        if self._area is not None:
            self._area.value += data


def read_forms(html: str) -> _Reader:
    """Forms, messages and title of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader


def main_form(html: str) -> Offered | None:
    """The form that the page is for: the one that is sent and has the most boxes to type into; None without any."""
    sent = [form for form in read_forms(html).forms if form.method == "post" and not form.is_search]
    found = [form for form in sent if form.typed or form.takes_file]
    return max(found, key=lambda form: len(form.typed), default=None)
