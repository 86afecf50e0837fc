"""The members of banks as a table."""

from domain.banks.members import MemberAdmitted, MemberChanged, MemberDeactivated
from projections.banks.people import CAME, FIRST, PERSON
from projections.shared import columns as col
from projections.shared.folds import changed, ended
from projections.shared.model import read_model

BANK_MEMBERS = read_model(
    "bank_members",
    "The people who submit claims.",
    version=1,
    ids=col.ids(41, "9c2d4e6f-1a3b-8c5d-8e7f-0a1b2c3d4e5f"),
    columns=[*PERSON, *col.lifetime("active", "inactive")],
    first=FIRST,
    on={
        MemberAdmitted: CAME,
        MemberChanged: changed("first_name", "last_name"),
        MemberDeactivated: ended("inactive"),
    },
)
