"""Run the command line: `python -m deanalysis`."""

from .cli import main

if __name__ == "__main__":
    main()
