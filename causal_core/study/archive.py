"""A study with its data in one zip: packed for download, unpacked with suspicion."""

from __future__ import annotations

import dataclasses
import hashlib
import lzma
import os
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from causal_core.data.reading import MAX_BYTES
from causal_core.problem import Problem
from causal_core.study.file import parse
from causal_core.study.study import Study

STUDY = "study.toml"
MOST_TEXT = 2_000_000
"""The largest study file, in bytes; a graph of thousands of nodes is far below it."""


# A locked member raises a RuntimeError, an unknown way of packing a NotImplementedError.
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, NotImplementedError)


@dataclass(frozen=True)
class Unpacked:
    """A study from a zip or a bare study file, and its data where the zip holds it."""

    study: Study
    data: Path | None


def pack(study: Study, data: Path, archive: Path) -> None:
    """Write a zip of `study.toml` and the data file, named as the study names it.

    The digest of the data goes into the study, so that it can be told from another file of that name.
    """
    with data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    named = study.replace(
        data=dataclasses.replace(study.data, path=_plain_name(study.data.path), sha256=digest)
    )
    # The lightest packing: three times as quick, and nearly as small for tables.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        zipped.writestr(STUDY, named.to_text())
        zipped.write(data, named.data.path)


def unpack(file: Path, folder: Path) -> Unpacked:
    """The study in a zip or a bare study file; the zip's data file is copied into `folder`.

    A study from elsewhere may name only data that comes with it: no path, no address, no graph file.

    Raises:
        Problem: The file is neither, the study is faulty or names data outside itself.
    """
    if file.suffix.lower() != ".zip":
        return Unpacked(_study(_read(file.open("rb"), file.stat().st_size)), None)
    try:
        with zipfile.ZipFile(file) as zipped:
            members = {member.filename: member for member in zipped.infolist()}
            if STUDY not in members:
                raise Problem(f"The zip holds no {STUDY}.", remedy="Choose one made by “Download study”.")
            study = _study(_read(zipped.open(STUDY), members[STUDY].file_size))
            member = members.get(study.data.path)
            if member is None:
                return Unpacked(study, None)
            if member.file_size > MAX_BYTES:
                raise Problem(f"The zip's {member.filename} is larger than {MAX_BYTES // 1_048_576} MB.")
            return Unpacked(study, _extract(zipped, member, folder))
    except (*_DAMAGED, OSError) as error:
        raise Problem(f"This is no zip that can be read ({error}).", remedy="Save the study again.") from None


def _extract(zipped: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> Path:
    """Copy a member into `folder`, named by its bytes: its own name is never a path here."""
    digest = hashlib.sha256()
    handle, name = tempfile.mkstemp(prefix=".unpacking-", dir=folder)
    draft = Path(name)
    try:
        with zipped.open(member) as source, os.fdopen(handle, "wb") as target:
            while part := source.read(1 << 20):
                digest.update(part)
                target.write(part)
        ending = PurePosixPath(member.filename).suffix.lower()
        return draft.replace(folder / f"{digest.hexdigest()}{ending}")
    finally:
        draft.unlink(missing_ok=True)


def _read(source: object, size: int) -> str:
    with source as file:  # type: ignore[attr-defined]  # a binary file from disk or zip
        if size > MOST_TEXT:
            raise Problem(f"The study file is larger than {MOST_TEXT // 1_000_000} MB.")
        try:
            text: str = file.read(MOST_TEXT).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Problem("The study file is not UTF-8 text.", remedy="Save it as UTF-8.") from None
    return text


def _study(text: str) -> Study:
    file = parse(text)
    if file.graph.path is not None:
        raise Problem(
            f"[graph] path: this study names a file outside itself ({file.graph.path}).",
            remedy="Put the graph into the study as text.",
        )
    if _plain_name(file.data.path) != file.data.path:
        raise Problem(
            f"[data] path: this study names data outside itself ({file.data.path}).",
            remedy="Put the data file beside study.toml in one zip and name it without folders.",
        )
    return Study.from_text(text)


def _plain_name(path: str) -> str:
    name = PureWindowsPath(PurePosixPath(path).name).name
    return name if name not in {"", "..", STUDY} else "data"
