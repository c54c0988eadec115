"""``python -m minfu`` and the ``minfu`` command."""

from minfu.site.cli import main

if __name__ == "__main__":
    main()
