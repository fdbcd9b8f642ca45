"""``python -m newsreader``: the command ``newsreader``."""

from newsreader.command import main

if __name__ == "__main__":
    main()
