"""python-frontmatter: splits, and loads the YAML."""

import sys
import time

import frontmatter

with open(sys.argv[1], "rb") as listed:
    paths = [path.decode() for path in listed.read().split(b"\0") if path]
files = []
for path in paths:
    with open(path, "rb") as file:
        files.append(file.read())


def read_all() -> int:
    refused = 0
    for data in files:
        try:
            frontmatter.loads(data)
        except Exception:
            refused += 1
    return refused


refused = read_all()
begun = time.perf_counter()
rounds = 0
while time.perf_counter() - begun < 3:
    read_all()
    rounds += 1
seconds = (time.perf_counter() - begun) / rounds
print(f"{len(files)} files, {refused} refused")
print(f"{len(files) / seconds:.0f} files/s")
