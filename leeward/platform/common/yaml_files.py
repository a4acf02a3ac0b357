"""YAML as people who do not program expect it: `yes` is a word, a key written twice is a mistake, lines are known."""

from __future__ import annotations

import re
from typing import Any

import yaml

LINE = "__line__"


class DuplicateKey(yaml.MarkedYAMLError):
    """The same key twice in one place: YAML would silently keep the second."""


class PlainReader(yaml.SafeLoader):
    """Safe loading in which words stay words."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping; a repeated key is refused."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise DuplicateKey(problem=f"“{key}” is written twice", problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


class Reader(PlainReader):
    """The same, with each mapping's line kept under `LINE`."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping with its line."""
        mapping = super().construct_mapping(node, deep=deep)
        mapping[LINE] = node.start_mark.line + 1
        return mapping


# YAML 1.1 reads yes, no, on and off as true and false, and 2026-03-04 as a date. Here they are what they look like.
PlainReader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _true_or_false(loader: PlainReader, node: yaml.ScalarNode) -> bool:
    return str(node.value) == "true"


PlainReader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
PlainReader.add_constructor("tag:yaml.org,2002:bool", _true_or_false)


def read_plain_yaml(text: str) -> Any:
    """The content of a YAML file. Raises yaml.YAMLError with the place."""
    return yaml.load(text, Loader=PlainReader)  # noqa: S506 - PlainReader is a SafeLoader


def read_yaml(text: str) -> Any:
    """The content of a YAML file, each mapping with its line under `LINE`. Raises yaml.YAMLError with the place."""
    return yaml.load(text, Loader=Reader)  # noqa: S506 - Reader is a SafeLoader
