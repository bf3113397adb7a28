"""Run the command line as `python -m pgddb`."""

from pgddb.cli import main

if __name__ == "__main__":
    main()
