"""Every read model of Daybook, read off the package: what a context's module declares at its top is one."""

from domain.shared.exports import declared
from projections.shared.projection import Projection

PROJECTIONS = tuple(sorted(declared("projections", Projection), key=lambda each: each.name))
