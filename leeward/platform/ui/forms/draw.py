"""Draws a form's fields with GOV.UK components, and the summary of what is wrong with a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.forms import BaseForm, BoundField
from django.utils.translation import gettext
from markupsafe import Markup, escape

from leeward.platform.ui.forms.base import printable
from leeward.platform.ui.forms.choices import CodeField, Divider, Option
from leeward.platform.ui.forms.dates import PARTS, ApproximateDateField, DateField

Params = dict[str, Any]


def field(bound: BoundField, **options: Any) -> Markup:
    """A question as HTML: label, hint, mistake and input.

    Options, all of them optional:
      heading=True            the label or legend is the page's h1 (one question a page)
      size="s|m|l|xl"         how large the label or legend is
      label, hint             instead of the field's own (text is escaped, Markup is kept)
      width="2|3|4|5|10|20|30|one-half|…"  how wide the box is
      conditional={value: html}   what opens under a radio or tick box, usually another `field(…)`
      inline=True, small=True     radios and tick boxes side by side, or small
      rows=8, classes="…", attributes={…}, autocomplete="name", prefix="£", suffix="weeks"
      optional=False          do not print "(optional)"
    """
    name = component_name(bound)
    if name == "hidden":
        return Markup('<input type="hidden" name="{}" id="{}" value="{}">').format(
            bound.html_name, bound.auto_id, _value(bound)
        )
    return _DRAWERS[name](bound, options)


def component_name(bound: BoundField) -> str:
    """Which component draws a field: our fields say so, those of libraries are known by their widget."""
    if bound.is_hidden:
        return "hidden"
    own = getattr(bound.field, "component", None)
    if own:
        return str(own)
    widget = bound.field.widget
    for kind, name in _WIDGETS:
        if isinstance(widget, kind):
            return name
    return "input"


def hidden_fields(form: BaseForm) -> Markup:
    """The hidden inputs of a form (version, once-only token)."""
    return Markup("\n").join(field(bound) for bound in form.hidden_fields())


def has_errors(given: BaseForm | Iterable[BaseForm] | None) -> bool:
    """Whether a form, or one of several, came back with mistakes."""
    return any(form.errors for form in _as_forms(given))


def error_summary(given: BaseForm | Iterable[BaseForm] | None, *, title: str = "") -> Markup:
    """The box at the top of a page that lists each mistake and links to where it can be mended; empty without any."""
    entries: list[Params] = []
    for form in _as_forms(given):
        if not form.errors:
            continue
        visible = form.visible_fields()
        for words in form.non_field_errors():
            # A mistake of the whole form links to its first question, so that the link leads somewhere.
            entries.append({"text": str(words), **({"href": f"#{input_id(visible[0])}"} if visible else {})})
        for bound in form:
            for words in bound.errors:
                entry: Params = {"text": str(words)}
                if not bound.is_hidden:
                    entry["href"] = f"#{input_id(bound)}"
                entries.append(entry)
    if not entries:
        return Markup("")
    return _component(
        "error-summary",
        {"titleText": title or gettext("There is a problem"), "errorList": entries},
    )


def input_id(bound: BoundField) -> str:
    """The id of the input to put right: of a date, the first box that is wrong; of choices, the first choice."""
    if component_name(bound) == "date-input":
        wrong = _wrong_parts(bound)
        return f"{bound.auto_id}-{wrong[0] if wrong else 'day'}"
    return str(bound.auto_id)


def _as_forms(given: Any) -> list[BaseForm]:
    if given is None:
        return []
    # A form is iterable too (over its fields), so ask for its kind first; a formset counts as its forms.
    if isinstance(given, BaseForm):
        return [given]
    return list(given)


def _component(name: str, params: Mapping[str, Any]) -> Markup:
    from leeward.platform.ui.engine import component  # the engine offers this module's functions to pages

    return component(name, params)


def _value(bound: BoundField) -> str:
    value = bound.value()
    return "" if value is None else str(printable(value))


def _text(words: Any) -> Params:
    """Words as a component takes them: Markup stays HTML, everything else is text."""
    return {"html": words} if hasattr(words, "__html__") else {"text": str(words)}


def _label(bound: BoundField, options: Params) -> Any:
    words = options.get("label", bound.label)
    shown_as_optional = (
        options.get("optional", getattr(bound.form, "mark_optional", False))
        and not bound.field.required
        and component_name(bound) != "confirm"
    )
    if not shown_as_optional:
        return words
    mark = gettext("(optional)")
    return Markup("{} {}").format(words, mark) if hasattr(words, "__html__") else f"{words} {mark}"


def _base(bound: BoundField, options: Params) -> Params:
    params: Params = {"name": bound.html_name, "id": bound.auto_id, "classes": options.get("classes", "")}
    hint = options.get("hint", bound.help_text)
    if hint:
        params["hint"] = _text(hint)
    if bound.errors:
        html = Markup("<br>").join(escape(words) for words in bound.errors)
        params["errorMessage"] = {"html": html, "visuallyHiddenText": gettext("Error")}
    if options.get("attributes"):
        params["attributes"] = dict(options["attributes"])
    return params


def _with_label(bound: BoundField, options: Params) -> Params:
    heading = bool(options.get("heading"))
    size = options.get("size", "l" if heading else "")
    return {
        **_base(bound, options),
        "label": {
            **_text(_label(bound, options)),
            "classes": f"govuk-label--{size}" if size else "",
            "isPageHeading": heading,
        },
    }


def _with_legend(bound: BoundField, options: Params) -> Params:
    heading = bool(options.get("heading"))
    size = options.get("size", "l" if heading else "s")
    params = _base(bound, options)
    params["idPrefix"] = params["id"]
    params["fieldset"] = {
        "legend": {
            **_text(_label(bound, options)),
            "classes": f"govuk-fieldset__legend--{size}" if size else "",
            "isPageHeading": heading,
        }
    }
    return params


def _typed(bound: BoundField, params: Params, options: Params) -> Params:
    """What every box for typing has: what was typed, running in the direction of its own script."""
    params["value"] = _value(bound)
    params["attributes"] = {"dir": "auto", **params.get("attributes", {})}
    autocomplete = options.get("autocomplete", getattr(bound.field, "autocomplete", ""))
    autocomplete = autocomplete or bound.field.widget.attrs.get("autocomplete", "")
    if autocomplete:
        params["autocomplete"] = autocomplete
    return params


def _input(bound: BoundField, options: Params) -> Markup:
    params = _typed(bound, _with_label(bound, options), options)
    input_type = getattr(bound.field, "input_type", None) or getattr(bound.field.widget, "input_type", "text")
    # type=number and type=date of the browser spin, refuse and hide what was typed: plain text with a key pad instead.
    params["type"] = input_type if input_type in {"email", "tel", "password", "url"} else "text"
    if input_type == "password":
        params["value"] = ""
    inputmode = options.get("inputmode", getattr(bound.field, "inputmode", ""))
    if inputmode and inputmode not in {"email", "tel"}:
        params["inputmode"] = inputmode
    if options.get("width"):
        kind = "govuk-!-width" if not str(options["width"]).isdecimal() else "govuk-input--width"
        params["classes"] = f"{params['classes']} {kind}-{options['width']}".strip()
    for affix in ("prefix", "suffix"):
        if options.get(affix):
            params[affix] = _text(options[affix])
    params["spellcheck"] = bool(options.get("spellcheck", False))
    return _component("input", params)


def _long_text(bound: BoundField, options: Params) -> Markup:
    params = _typed(bound, _with_label(bound, options), options)
    if params["value"].startswith("\n"):
        params["value"] = "\n" + params["value"]  # HTML drops the first line end of a textarea
    params["rows"] = options.get("rows", getattr(bound.field, "rows", 5))
    longest = getattr(bound.field, "longest", None) or getattr(bound.field, "max_length", None)
    if not longest:
        return _component("textarea", params)
    params |= {
        "maxlength": longest,
        "threshold": 80,
        "textareaDescriptionText": gettext("You can enter up to %(count)s characters") % {"count": f"{longest:,}"},
        "charactersUnderLimitText": {
            "one": gettext("You have %{count} character left"),
            "other": gettext("You have %{count} characters left"),
        },
        "charactersAtLimitText": gettext("You have no characters left"),
        "charactersOverLimitText": {
            "one": gettext("You have %{count} character too many"),
            "other": gettext("You have %{count} characters too many"),
        },
    }
    return _component("character-count", params)


def _options(bound: BoundField) -> list[Option | Divider]:
    if hasattr(bound.field, "entries"):
        return list(bound.field.entries)
    return [Option(str(value), label) for value, label in getattr(bound.field, "choices", [])]


def _items(bound: BoundField, options: Params) -> list[Params]:
    value = bound.value()
    chosen = {str(item) for item in (value if isinstance(value, list | tuple | set) else [value]) if item is not None}
    conditional = {str(key): html for key, html in options.get("conditional", {}).items()}
    items: list[Params] = []
    for entry in _options(bound):
        if isinstance(entry, Divider):
            items.append({"divider": gettext(str(entry.words))})
            continue
        item: Params = {"value": entry.value, **_text(entry.label), "checked": entry.value in chosen}
        if entry.hint:
            item["hint"] = _text(entry.hint)
        if entry.alone:
            item["behaviour"] = "exclusive"
        if entry.value in conditional:
            item["conditional"] = {"html": conditional[entry.value]}
        items.append(item)
    return items


def _choices(kind: str) -> Callable[[BoundField, Params], Markup]:
    def draw(bound: BoundField, options: Params) -> Markup:
        params = _with_legend(bound, options)
        for style in ("inline", "small"):
            if options.get(style):
                params["classes"] = f"{params['classes']} govuk-{kind}--{style}".strip()
        params["items"] = _items(bound, options)
        return _component(kind, params)

    return draw


def _code(bound: BoundField, options: Params) -> Markup:
    return _DRAWERS["radios" if cast(CodeField, bound.field).are_few else "select"](bound, options)


def _select(bound: BoundField, options: Params) -> Markup:
    params = _with_label(bound, options)
    value = bound.value()
    chosen = {str(item) for item in (value if isinstance(value, list | tuple) else [value]) if item is not None}
    entries = [entry for entry in _options(bound) if isinstance(entry, Option)]
    items: list[Params] = []
    if not any(entry.value == "" for entry in entries):
        items.append({"value": "", "text": options.get("empty", gettext("Choose"))})
    items += [{"value": entry.value, "text": str(entry.label), "selected": entry.value in chosen} for entry in entries]
    params["items"] = items
    if options.get("width"):
        params["classes"] = f"{params['classes']} govuk-!-width-{options['width']}".strip()
    return _component("select", params)


def _confirm(bound: BoundField, options: Params) -> Markup:
    params = _base(bound, options)
    hint = params.pop("hint", None)
    item: Params = {"value": "on", **_text(options.get("label", bound.label)), "checked": bool(bound.value())}
    if hint:
        item["hint"] = hint
    if options.get("small"):
        params["classes"] = f"{params['classes']} govuk-checkboxes--small".strip()
    return _component("checkboxes", {**params, "idPrefix": bound.auto_id, "items": [item]})


def _wrong_parts(bound: BoundField) -> Sequence[str]:
    errors = bound.form.errors.as_data().get(bound.name, [])
    for error in errors:
        params = getattr(error, "params", None) or {}
        if params.get("parts"):
            return tuple(params["parts"])
    return PARTS if errors else ()


def _date(bound: BoundField, options: Params) -> Markup:
    params = _with_legend(bound, options)
    question = cast(DateField | ApproximateDateField, bound.field)
    boxes = question.boxes(bound.value())
    wrong = _wrong_parts(bound)
    names = {"day": gettext("Day"), "month": gettext("Month"), "year": gettext("Year")}
    params["namePrefix"] = bound.html_name
    params["items"] = [
        {
            "name": part,
            "label": names[part],
            "value": boxes[part],
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
            + (" govuk-input--error" if part in wrong else ""),
            # A month may be a word, so its box does not insist on the key pad with figures.
            "inputmode": "text" if part == "month" else "numeric",
            **({"autocomplete": f"bday-{part}"} if question.own else {}),
        }
        for part in PARTS
    ]
    params.pop("name")
    return _component("date-input", params)


def _file(bound: BoundField, options: Params) -> Markup:
    params = _with_label(bound, options)
    endings = getattr(bound.field, "endings", ())
    if endings:
        accept = ",".join(f".{ending}" for ending in endings)
        params["attributes"] = {"accept": accept, **params.get("attributes", {})}
    return _component("file-upload", params)


_DRAWERS: dict[str, Callable[[BoundField, Params], Markup]] = {
    "input": _input,
    "character-count": _long_text,
    "textarea": _long_text,
    "radios": _choices("radios"),
    "checkboxes": _choices("checkboxes"),
    "select": _select,
    "code": _code,
    "confirm": _confirm,
    "date-input": _date,
    "file-upload": _file,
}

# Order matters: RadioSelect and CheckboxSelectMultiple are kinds of Select in Django.
_WIDGETS: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.SelectMultiple, "checkboxes"),
    (forms.Select, "select"),
    (forms.CheckboxInput, "confirm"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file-upload"),
]
