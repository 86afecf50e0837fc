"""How the texts of settings are read; each raises `ValueError` with what was expected."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

_LABEL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:_")

Read = Callable[[str], Any]
"""Turns a setting's text into its value; raises `ValueError` with what was expected."""


def whole_number(low: int, high: int) -> Read:
    """Reads a whole number from `low` to `high`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return read


def one_of(*choices: str) -> Read:
    """Reads one of these words, in small or capital letters."""

    def read(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(" or ".join((", ".join(choices[:-1]), choices[-1])))
        return text.lower()

    return read


def host_like(text: str) -> bool:
    """Whether a text has only characters that names of hosts and IP addresses have."""
    return set(text) <= _LABEL_CHARACTERS


def home_folder(text: str) -> Path:
    """Reads the path of a folder that is there, or can be made."""
    if "\0" in text:
        raise ValueError("the path of a folder")
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("the path of a folder; this is a file")
    return path


def host_name(text: str) -> str:
    """Reads an address to listen on."""
    if not host_like(text):
        raise ValueError("an address to listen on, such as 127.0.0.1")
    return text
