"""YAML as people who do not program expect it: `yes` is a word, a key written twice is a mistake, lines are known."""

from __future__ import annotations

import re
from typing import Any

import yaml

LINE = "__line__"


class DuplicateKey(yaml.MarkedYAMLError):
    """The same key twice in one place: YAML would silently keep the second."""


class Reader(yaml.SafeLoader):
    """Safe loading, with each mapping's line kept under `LINE`."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping with its line; a repeated key is refused."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise DuplicateKey(problem=f"“{key}” is written twice", problem_mark=key_node.start_mark)
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        mapping[LINE] = node.start_mark.line + 1
        return mapping


# YAML 1.1 reads yes, no, on and off as true and false, and 2026-03-04 as a date. Here they are what they look like.
Reader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _true_or_false(loader: Reader, node: yaml.ScalarNode) -> bool:
    return str(node.value) == "true"


Reader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
Reader.add_constructor("tag:yaml.org,2002:bool", _true_or_false)


def read_yaml(text: str) -> Any:
    """The content of a YAML file. Raises yaml.YAMLError with the place."""
    return yaml.load(text, Loader=Reader)  # noqa: S506 - Reader is a SafeLoader
