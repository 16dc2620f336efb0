"""The image data sets of the course: their names, files, addresses and checksums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Where Keras downloads from as well.
_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

IDX_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


@dataclass(frozen=True)
class ImageSet:
    """One data set of 60,000 + 10,000 images.

    name: what `locate`, `read` and `fetch` call it. title: what people call it.
    folders: sub-folders it may lie in. cache: its folder in Keras' cache. address: its folder on the net.
    files: what Keras keeps of it, with the sha256 of each file (of a .gz file: of what is packed in it, since
    the same content can be packed in several ways). digest: see `helpers.data.arrays.digest`.
    """

    name: str
    title: str
    folders: tuple[str, ...]
    cache: str
    address: str
    files: Mapping[str, str]
    digest: str


FASHION_MNIST = ImageSet(
    name="fashion_mnist",
    title="Fashion-MNIST",
    folders=("fashion-mnist", "fashion_mnist"),
    cache="fashion-mnist",
    address=_ADDRESS,
    files=MappingProxyType(
        {
            "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        }
    ),
    digest="ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f",
)
MNIST = ImageSet(
    name="mnist",
    title="MNIST",
    folders=("mnist",),
    cache="",
    address=_ADDRESS,
    files=MappingProxyType({"mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"}),
    digest="06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16",
)
IMAGE_SETS = {dataset.name: dataset for dataset in (FASHION_MNIST, MNIST)}
