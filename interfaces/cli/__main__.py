"""`python -m interfaces.cli`, for processes started without the installed script."""

from interfaces.cli import main

if __name__ == "__main__":
    main(prog_name="daybook")
