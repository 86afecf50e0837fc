"""`daybook`, with petty cash lying in every layer as a context of the product does: `python -m tests.petty_cash`."""

from pathlib import Path

import application
import domain
import interfaces.http
import projections

_HERE = Path(__file__).parent

# Done when it is imported, since the server's worker begins by importing the main module of its parent.
for layer in (domain, application, projections, interfaces.http):
    layer.__path__.append(str(_HERE.joinpath(*layer.__name__.split("."))))

if __name__ == "__main__":
    from interfaces.cli import main

    main()
