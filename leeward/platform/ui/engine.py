"""The template backend: pages that refuse a misspelt name, components that forgive a missing parameter.

Two Jinja environments. Pages are strict, so that `{{ person.do_not_wriet }}` raises instead of rendering blank.
The GOV.UK components expect missing parameters to be quietly false, so their macros live in a lenient environment
of their own, and a page reaches them through one door: `component("radios", {...})`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, cast

import jinja2
from django.apps import apps
from django.conf import settings
from django.contrib import messages as django_messages
from django.http import HttpRequest
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.backends.base import BaseEngine
from django.template.backends.utils import csrf_input, csrf_token_lazy
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from markupsafe import Markup

from leeward.platform.common.addresses import LANGUAGE, address_of, language
from leeward.platform.ui import filters

PAGES = "leeward"  # only our own rooms hold pages; the templates of libraries are in Django's language


class Pages(BaseEngine):
    """Django template backend for the pages of every installed room (`templates/<room>/<page>.jinja`)."""

    app_dirname = "templates"

    def __init__(self, params: dict[str, Any]) -> None:
        params = dict(params)
        options = dict(params.pop("OPTIONS"))
        self._processor_paths: list[str] = options.pop("context_processors", [])
        self._global_paths: dict[str, str] = options.pop("globals", {})  # functions of rooms above, by dotted path
        self._compiled: str = options.pop("compiled", "")  # a folder in which compiled templates are kept, or none
        if options:
            raise ValueError(f"Unknown options for {type(self).__name__}: {', '.join(options)}")
        super().__init__(params)

    @cached_property
    def template_dirs(self) -> tuple[str, ...]:
        """The template folders: those named in the settings, then each of our rooms in the order of installation."""
        rooms = [
            str(Path(app.path) / self.app_dirname)
            for app in apps.get_app_configs()
            if app.name.partition(".")[0] == PAGES and (Path(app.path) / self.app_dirname).is_dir()
        ]
        return (*(str(folder) for folder in self.dirs), *rooms)

    @cached_property
    def env(self) -> jinja2.Environment:
        """The strict environment in which pages are written."""
        from leeward.platform.ui.forms import draw  # forms need Django's app registry, engines are made before it

        env = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self.template_dirs),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            auto_reload=settings.DEBUG,
            bytecode_cache=jinja2.FileSystemBytecodeCache(self._compiled) if self._compiled else None,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        )
        env.policies["ext.i18n.trimmed"] = True
        # The i18n extension adds this method; django's own functions follow the language of the request.
        cast(Any, env).install_gettext_callables(
            translation.gettext,
            translation.ngettext,
            newstyle=True,
            pgettext=translation.pgettext,
            npgettext=translation.npgettext,
        )
        # The extension's own copies the whole context at each use inside a loop: a quarter of a list page's time.
        env.globals.update(_=words, gettext=words)
        env.globals.update(
            url=url,
            static=static,
            component=component,
            field=draw.field,
            error_summary=draw.error_summary,
            hidden_fields=draw.hidden_fields,
            has_errors=draw.has_errors,
        )
        env.globals.update({name: import_string(path) for name, path in self._global_paths.items()})
        env.filters.update(filters.FILTERS)
        return env

    @cached_property
    def processors(self) -> list[Callable[[HttpRequest], Mapping[str, Any]]]:
        """The functions that add to the context of a page with a request."""
        return [import_string(path) for path in self._processor_paths]

    def get_template(self, template_name: str) -> Page:
        """The page of that name. Raises Django's TemplateDoesNotExist, so that the next engine is tried."""
        try:
            return Page(self.env.get_template(template_name), self)
        except jinja2.TemplateNotFound as problem:
            raise TemplateDoesNotExist(str(problem.name or template_name), backend=self) from problem
        except jinja2.TemplateSyntaxError as problem:
            raise TemplateSyntaxError(f"{problem.name}, line {problem.lineno}: {problem.message}") from problem

    def from_string(self, template_code: str) -> Page:
        """A page from source text, for tests."""
        return Page(self.env.from_string(template_code), self)


class Page:
    """One template, ready to be rendered for a request."""

    def __init__(self, template: jinja2.Template, engine: Pages) -> None:
        self.template = template
        self.engine = engine

    def render(self, context: Mapping[str, Any] | None = None, request: HttpRequest | None = None) -> str:
        """The page as HTML. Without a request there is no CSRF field and nothing from the context processors."""
        values: dict[str, Any] = {}
        if request is not None:
            for processor in self.engine.processors:
                values.update(processor(request))
            values["request"] = request
            # Once a page: a list with a form in each row would mask the token anew for each.
            values["csrf_input"] = SimpleLazyObject(lambda: csrf_input(request))
            values["csrf_token"] = csrf_token_lazy(request)
            # A function, so that a page without a place for messages does not use them up.
            values["messages"] = lambda: django_messages.get_messages(request)
        values.update(context or {})
        token = LANGUAGE.set(translation.get_language() or "")
        try:
            return self.template.render(values)
        finally:
            LANGUAGE.reset(token)


def words(text: str, **variables: Any) -> Markup:
    """Text in the language of the request, with `%(name)s` filled in (escaped)."""
    translated = _translated(language(), text)
    return translated % variables if variables else _plain(translated)


@lru_cache(maxsize=20_000)
def _translated(language: str, text: str) -> Markup:
    return Markup(translation.gettext(text))  # noqa: S704  written in our templates and catalogues


@lru_cache(maxsize=20_000)
def _plain(translated: Markup) -> Markup:
    return translated % {}


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a view, as `{{ url("case", case.id) }}`."""
    if kwargs or not all(type(arg) in (int, str) for arg in args):
        return reverse(name, args=args or None, kwargs=kwargs or None)
    return address_of(name, *args)


@cache
def lenient_environment() -> jinja2.Environment:
    """Where the GOV.UK macros live: a missing parameter is quietly false, as it is in Nunjucks."""
    env = jinja2.Environment(
        loader=jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}),
        undefined=jinja2.ChainableUndefined,
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
    )
    # Upstream indents nested HTML for looks. Inside a textarea that would change what a person typed.
    env.filters["indent"] = _unchanged
    return env


def _unchanged(text: Any, *_args: Any, **_kwargs: Any) -> Any:
    return text


@cache
def _macro(name: str) -> Callable[[dict[str, Any]], str]:
    module = lenient_environment().get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module
    macro_name = "govuk" + "".join(word.capitalize() for word in name.split("-"))
    return cast(Callable[[dict[str, Any]], str], getattr(module, macro_name))


def component(name: str, params: Mapping[str, Any] | None = None, /, **more: Any) -> Markup:
    """A GOV.UK component as HTML, by the name it has in the design system: `component("radios", {...})`.

    Parameters are those of the design system; keyword arguments are added to them. Give text as `text`, which is
    escaped; `html` only what is already Markup.
    """
    given = {**(params or {}), **more}
    _refuse_raw_html(name, given)
    return Markup(_macro(name)(given).strip())  # noqa: S704  made by the macros, which escape


def _refuse_raw_html(name: str, value: Any) -> None:
    """The macros print `html` unescaped: a plain string there would be a hole, so only Markup is let in."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(key, str) and key.lower().endswith("html") and inner and not hasattr(inner, "__html__"):
                raise TypeError(f'component("{name}"): {key} must be Markup, so that nothing typed becomes HTML.')
            _refuse_raw_html(name, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_raw_html(name, inner)
