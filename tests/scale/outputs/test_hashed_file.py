from __future__ import annotations

import hashlib
import io

from tenfold.scale.outputs.hashed_file import HashedFile


def test_what_is_written_is_hashed_and_counted() -> None:
    content = io.BytesIO()
    file = HashedFile(content)
    assert file.writable()
    assert [file.write(b"one"), file.tell(), file.write(memoryview(b"two!")), file.tell()] == [
        *(3, 3),
        *(4, 7),
    ]
    assert content.getvalue() == b"onetwo!"
    assert file.sha256.hexdigest() == hashlib.sha256(b"onetwo!").hexdigest()
    assert file.size_bytes == 7
