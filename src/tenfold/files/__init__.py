"""Files: written whole or not at all, locked, and read back although damaged.

In: text, bytes, JSON values, dataclasses, and the path where they belong.
Out: the file or folder in its place, or what was read from it, checked; or one of tenfold's errors.
"""

from tenfold.files.writing import (
    encoded,
    natural_order,
    os_errors_as_output_error,
    refuse_existing,
    replace_folder,
    sha256_of,
    staged_file,
    staged_folder,
    write_json,
    write_whole,
)

__all__ = [
    "encoded",
    "natural_order",
    "os_errors_as_output_error",
    "refuse_existing",
    "replace_folder",
    "sha256_of",
    "staged_file",
    "staged_folder",
    "write_json",
    "write_whole",
]
