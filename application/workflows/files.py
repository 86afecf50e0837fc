"""The files of steps are imported as files are everywhere: this module joins workflows and imports."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from uuid import UUID

from application.imports.requests import ImportRequest
from application.imports.use_cases import Imports
from application.shared.ports import Cause, StreamAppend, StreamRead
from application.workflows.ports import FileImports, UploadedFile

SOURCE = "workflows"
"""Under which source the files of forms are imported."""


class StepFiles(FileImports):
    """The adapter to the use cases of imports."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._kinds = {kind.name: kind for kind in imports.kinds}

    def run(
        self,
        kind: str,
        file: UploadedFile,
        refers_to: Mapping[str, UUID],
        cause: Cause,
        beside: Sequence[StreamAppend | StreamRead],
    ) -> None:
        request = ImportRequest(
            kind=self._kinds[kind],
            source=SOURCE,
            file_name=file.name,
            options=file.options,
            refers_to=refers_to,
        )
        self._imports.run(request, BytesIO(file.data), cause, beside=beside)
