"""Reading `multipart/form-data` with one file, in bounded memory: the file goes to disk as it comes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from litestar import Request
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from domain.shared.errors import Fault, Malformed, nearest
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType

FIELD_BYTES_MAX = 4_096
"""Bytes that a field which is no file may have."""

MEMORY_BYTES_MAX = 1 << 20
"""Bytes of the file kept in memory; a larger one is written to a temporary file, which nobody else can see."""


class Form:
    """What a form said: its text fields, and the one file with its name."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.file_name: str | None = None
        self.fields: dict[str, str] = {}


@contextmanager
def open_form() -> Iterator[Form]:
    """An empty form; its file is gone after the block."""
    with SpooledTemporaryFile(MEMORY_BYTES_MAX) as file:
        yield Form(cast(BinaryIO, file))


async def read_form(
    request: Request[Any, Any, Any],
    form: Form,
    *,
    file_field: str | None,
    fields: Sequence[str],
    needs_file: bool = True,
    bytes_max: int | None = None,
) -> None:
    """Read the body of a request into `form` and put the file back to its beginning.

    With `bytes_max` nothing is kept beyond what is too large, but the body is read to its end, if the server takes it
    so far: a browser shows an answer only once it has sent everything.

    Raises:
        UnsupportedMediaType: the body is not declared as multipart/form-data.
        Malformed: it is not well-formed, has unknown or repeated fields, or its file is missing (`no_file`).
        TooLarge: a text field, or the body as a whole, is too large.
    """
    reader, size = _Reader(form, file_field, fields, needs_file=needs_file), 0
    refused: TooLarge | None = None
    try:
        with PushMultipartParser(_boundary(request), max_segment_count=50) as parser:
            async for chunk in request.stream():
                size += len(chunk)
                if refused is None and bytes_max is not None and size > bytes_max:
                    detail = f"The form is larger than {bytes_max} bytes."
                    refused = TooLarge(detail, limit=bytes_max)
                if refused is None:
                    refused = _taken(reader, parser.parse(chunk))
                if refused is not None and bytes_max is None:
                    raise refused
            if refused is not None:
                raise refused
    except ParserLimitReached:
        raise Malformed("The form has too many or too long headers.", code="bad_form") from None
    except (MultipartError, UnicodeError) as error:
        raise Malformed(f"The form cannot be read: {error}.", code="bad_form") from None
    reader.check()
    form.file.seek(0)


def _taken(reader: "_Reader", parts: Iterable[Any]) -> TooLarge | None:
    try:
        for part in parts:
            reader.take(part)
    except TooLarge as refused:
        return refused
    return None


def _boundary(request: Request[Any, Any, Any]) -> str:
    given = request.headers.get("content-type", "")
    kind, options = parse_options_header(given)
    if kind != "multipart/form-data":
        raise UnsupportedMediaType(
            f"This route reads multipart/form-data, not {kind or 'a body without type'}."
        )
    if not options.get("boundary"):
        raise Malformed("The header Content-Type names no boundary.", code="bad_form")
    return str(options["boundary"])


class _Reader:
    """Puts the parts of a form where they belong."""

    def __init__(
        self, form: Form, file_field: str | None, fields: Sequence[str], *, needs_file: bool
    ) -> None:
        self._form = form
        self._file_field = file_field
        self._needs_file = needs_file
        self._known = [*([file_field] if file_field else []), *fields]
        self._faults: list[Fault] = []
        self._name = ""
        self._text = bytearray()

    def take(self, part: Any) -> None:
        """One step of the parser: a part begins, goes on, or (None) ends."""
        if isinstance(part, MultipartSegment):
            self._begin(part)
        elif part is None:
            self._end()
        elif self._name == self._file_field:
            self._form.file.write(part)
        else:
            self._extend(part)

    def check(self) -> None:
        """Go on only if the form was as expected."""
        if self._needs_file and self._form.file_name is None and not self._faults:
            self._faults.append(_fault(str(self._file_field), "the file is missing", "no_file"))
        if self._faults:
            code = "no_file" if self._faults[0].code == "no_file" else "bad_form"
            raise Malformed(
                f"The form cannot be used: {self._faults[0].detail}.",
                code=code,
                faults=self._faults,
            )

    def _begin(self, segment: Any) -> None:
        name = str(segment.name)
        if name not in self._known:
            self._faults.append(_unknown(name, self._known))
        elif name in self._form.fields or (name == self._file_field and self._form.file_name):
            self._faults.append(_fault(name, f"{name} is given more than once", "repeated"))
        self._name = name
        self._text.clear()
        if name == self._file_field and self._form.file_name is None:
            self._form.file_name = segment.filename or "unnamed"

    def _extend(self, data: bytes) -> None:
        self._text += data
        if len(self._text) > FIELD_BYTES_MAX:
            detail = f"The field {self._name[:100]!r} is larger than {FIELD_BYTES_MAX} bytes."
            raise TooLarge(detail, limit=FIELD_BYTES_MAX, field=self._name[:100])

    def _end(self) -> None:
        if self._name != self._file_field:
            self._form.fields[self._name] = self._text.decode()


def read_choice(fields: Mapping[str, str], name: str, choices: Sequence[str]) -> str | None:
    """A field that has one of a few values; None if it is not given.

    Raises:
        Malformed: it has another.
    """
    given = fields.get(name)
    if given is None or given in choices:
        return given
    near = nearest(given, choices)
    wanted = f"one of {', '.join(choices)}"
    raise wrong_field(name, given, wanted, code="bad_value", expected=list(choices), nearest=near)


def wrong_field(name: str, got: str, wanted: str, /, **more: Any) -> Malformed:
    """The error for a field that cannot be read; `more` are further members of its fault."""
    detail = f"{name} is {got[:100]!r}; {wanted} was expected"
    told = {"code": "wrong_value", "got": got[:100], "expected": wanted, **more}
    fault = Fault(detail=detail, pointer=f"/{name}", **told)
    return Malformed(detail, code="bad_form", faults=[fault])


def _fault(name: str, detail: str, code: str) -> Fault:
    return Fault(detail=detail, code=code, pointer=f"/{name}")


def _unknown(name: str, known: Sequence[str]) -> Fault:
    return Fault(
        detail=f"there is no field {name[:100]!r}",
        code="unknown_field",
        pointer=f"/{name[:100]}",
        expected=list(known),
        nearest=nearest(name, known),
    )
