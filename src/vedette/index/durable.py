"""Changes to files and folders that outlive a crash: whole or not at all."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows the folder's names."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: Path, content: bytes) -> None:
    """Write a file under another name, sync it, and give it its name: a reader sees the old content or the new."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)
