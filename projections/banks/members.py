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
    ids=col.ids(41, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e813"),
    columns=[*PERSON, *col.lifetime("active", "inactive")],
    first=FIRST,
    on={
        MemberAdmitted: CAME,
        MemberChanged: changed("first_name", "last_name"),
        MemberDeactivated: ended("inactive"),
    },
)
