"""Generate a realistic content site of any size, for benchmarks.

    python -m bench.generate FOLDER --articles 20000 [--seed 1] [--stats]

The files imitate the real ones byte for byte in style (key order, quoting,
escaping, blank lines) and in distribution (measured over ``azure-sample`` and
``powerapps`` of the shared corpora), on invented ``.example`` domains. Two
things differ on purpose: stories are smaller, since real lists of related
articles (28 entries a file) would make 20,000 files some 500 MB, and more of
the articles are leads or stand alone, so that about half of them are listed.

The same arguments give the same bytes on any machine and any Python from 3.11.
Hence every choice derives from ``Random.random()`` and ``getrandbits()``, whose
sequences are stable (``choice`` and ``shuffle`` promise no such thing), and
floats are added with ``accumulate`` or ``fsum`` only: the builtin ``sum`` rounds
differently since Python 3.12.
"""

from bench.generate.site import generate_site, site_files
from bench.generate.vocabulary import DEFAULT_MEAN_RELATED

__all__ = ["DEFAULT_MEAN_RELATED", "generate_site", "site_files"]
