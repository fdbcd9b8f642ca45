#!/usr/bin/env python
"""Run a Django management command of this project."""

from newsreader.command import main

if __name__ == "__main__":
    main()
