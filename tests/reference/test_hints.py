"""Annotations: every name that one uses is there at run time, without anything but Twisted and zope.interface."""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import web2stream

MODULES = [web2stream.__name__, *(f"web2stream.{module.name}" for module in pkgutil.iter_modules(web2stream.__path__))]


def annotated(module: ModuleType) -> Iterator[Any]:
    """Give the functions and classes of a module, and the functions of the classes, properties' too."""
    for value in vars(module).values():
        if getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(value):
            yield value
            for member in vars(value).values():
                function = member.fget if isinstance(member, property) else member
                if inspect.isfunction(function):
                    yield function
        elif inspect.isfunction(value):
            yield value


@pytest.mark.parametrize("name", MODULES)
def test_type_hints(name: str) -> None:
    """`typing.get_type_hints` can look up all annotations of a module."""
    for value in annotated(importlib.import_module(name)):
        typing.get_type_hints(value)


def test_what_has_hints() -> None:
    """The hints of a buffer's user say that it takes anything which has the buffer interface."""
    hints = typing.get_type_hints(web2stream.MemoryStream.__init__)
    assert "Buffer" == hints["mem"].__name__
