"""The query grammar, written once for every collection.

A read model declares a `Collection` of `Field`s. `parse_list`, `parse_export`, `parse_fields`, `parse_aggregates` and
`parse_facets` turn a query string into a checked query, or into one error that names everything wrong with it;
`Queries` answers it from PostgreSQL.
"""

from projections.query.fields import (
    OPERATORS,
    RESERVED,
    Collection,
    Field,
    FieldType,
    Operator,
)
from projections.query.grouping import (
    facets_of,
    group_names,
    measure_names,
    parse_aggregates,
    parse_facets,
)
from projections.query.lists import parse_export, parse_fields, parse_list
from projections.query.parameters import (
    AGGREGATE_PARAMETERS,
    EXPORT_PARAMETERS,
    FACET_PARAMETERS,
    LIST_PARAMETERS,
    RECORD_PARAMETERS,
    Parameter,
)
from projections.query.reading import Facet, Groups, Page, Queries
from projections.query.requests import (
    AggregateQuery,
    FacetQuery,
    GroupTerm,
    ListQuery,
    Measure,
    Scope,
)

__all__ = [
    "AGGREGATE_PARAMETERS",
    "EXPORT_PARAMETERS",
    "FACET_PARAMETERS",
    "LIST_PARAMETERS",
    "OPERATORS",
    "RECORD_PARAMETERS",
    "RESERVED",
    "AggregateQuery",
    "Collection",
    "Facet",
    "FacetQuery",
    "Field",
    "FieldType",
    "GroupTerm",
    "Groups",
    "ListQuery",
    "Measure",
    "Operator",
    "Page",
    "Parameter",
    "Queries",
    "Scope",
    "facets_of",
    "group_names",
    "measure_names",
    "parse_aggregates",
    "parse_export",
    "parse_facets",
    "parse_fields",
    "parse_list",
]
