"""What RapidOCR reads in pictures, in an environment of its own (requirements-ocr.txt).

    .venv-ocr/bin/python bench/peers/rapid_ocr.py FOLDER

Its models are in its wheel. Prints the text of each PNG, in the order of
names, as one JSON list. Where it finds no
text it is asked again, with the whole picture as one line. Its guess whether a line stands on its
head is left out: it would turn a 6 into a 9.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rapidocr import RapidOCR

PARAMETERS = {
    "Global.log_level": "critical",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # faster where others work too
}


def text_of(engine: RapidOCR, picture: str) -> str:
    for find in (True, False):
        read = engine(picture, use_det=find, use_cls=False, use_rec=True)
        if lines := getattr(read, "txts", None):
            return "".join(lines)
    return ""


def main(folder: str) -> None:
    engine = RapidOCR(params=PARAMETERS)
    print(json.dumps([text_of(engine, str(path)) for path in sorted(Path(folder).glob("*.png"))]))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/peers/rapid_ocr.py FOLDER")
    main(sys.argv[1])
