"""The data sets that `fetch` knows by name: their files, mirrors, sizes and hashes.

Hashes are SHA-256, by which a mirror need not be trusted. Where they come from: MNIST, ten public
sources that agree; EMNIST and QMNIST, the checksums of TensorFlow Datasets. Of USPS's files only
the MD5 is published (torchvision), which tells damage and accidents but not an attack.
"""

from __future__ import annotations

from dataclasses import dataclass

BYTES_MAX = 1 << 30  # of a file whose size is not known


@dataclass(frozen=True)
class RemoteFile:
    """A file by its name, the folders (URLs) that have it, in turn, and what it must be."""

    name: str
    mirrors: tuple[str, ...]
    size_bytes: int | None = None
    sha256: str | None = None
    md5: str | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(mirror + self.name for mirror in self.mirrors)


@dataclass(frozen=True)
class DataSet:
    """Files, and, of a zip, the members that are kept; `note` is what a user must know of it."""

    files: tuple[RemoteFile, ...]
    members: tuple[str, ...] = ()
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files that are kept."""
        kept = self.members or tuple(file.name for file in self.files)
        return tuple(name.rpartition("/")[2] for name in kept)


MNIST_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)
QMNIST_MIRRORS = ("https://raw.githubusercontent.com/facebookresearch/qmnist/master/",)
EMNIST_MIRRORS = (
    "https://biometrics.nist.gov/cs_links/EMNIST/",
    "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/",
)
USPS_MIRRORS = ("https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/",)
NOTE_KAGGLE = (
    "it holds the test rows of Kaggle's Digit Recognizer: tenfold submit refuses what a model "
    "trained on it has predicted"
)


def _files(mirrors: tuple[str, ...], *facts: tuple[str, int, str]) -> tuple[RemoteFile, ...]:
    return tuple(RemoteFile(name, mirrors, size, sha256) for name, size, sha256 in facts)


DATA_SETS = {
    "mnist": DataSet(
        _files(
            MNIST_MIRRORS,
            ("train-images-idx3-ubyte.gz", 9_912_422,
             "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            ("train-labels-idx1-ubyte.gz", 28_881,
             "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            ("t10k-images-idx3-ubyte.gz", 1_648_877,
             "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            ("t10k-labels-idx1-ubyte.gz", 4_542,
             "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ),
        note=NOTE_KAGGLE,
    ),
    "qmnist": DataSet(
        _files(
            QMNIST_MIRRORS,
            ("qmnist-train-images-idx3-ubyte.gz", 9_704_059,
             "9e26a7bf1683614e065d7b76460ccd52807165b3f22561fb782bd9f38c52b51d"),
            ("qmnist-train-labels-idx2-int.gz", 463_024,
             "2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f"),
            ("qmnist-test-images-idx3-ubyte.gz", 9_742_279,
             "43fc22bf7498b8fc98de98369d72f752d0deabc280a43a7bcc364ab19e57b375"),
            ("qmnist-test-labels-idx2-int.gz", 526_800,
             "9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06"),
        ),
        note=NOTE_KAGGLE,
    ),
    "emnist-digits": DataSet(
        _files(
            EMNIST_MIRRORS,
            ("gzip.zip", 561_753_746,
             "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e"),
        ),
        members=(
            "gzip/emnist-digits-train-images-idx3-ubyte.gz",
            "gzip/emnist-digits-train-labels-idx1-ubyte.gz",
            "gzip/emnist-digits-test-images-idx3-ubyte.gz",
            "gzip/emnist-digits-test-labels-idx1-ubyte.gz",
        ),
        note="its images are transposed; reading turns them",
    ),
    "usps": DataSet(
        (
            RemoteFile("usps.bz2", USPS_MIRRORS, md5="ec16c51db3855ca6c91edd34d0e9b197"),
            RemoteFile("usps.t.bz2", USPS_MIRRORS, md5="8ea070ee2aca1ac39742fdd1ef5ed118"),
        ),
        note="its images of 16 x 16 are framed when they are read",
    ),
}  # fmt: skip
KAGGLE = "kaggle"  # by Kaggle's own client: interop.kaggle
NAMES = (*DATA_SETS, KAGGLE)
