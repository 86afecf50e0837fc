"""The query grammar, written once for every collection.

A read model declares a `Collection` of `Field`s. `parse_list`, `parse_export`, `parse_fields`, `parse_aggregates` and
`parse_facets` turn a query string into a checked query, or into one error that names everything wrong with it;
`Queries` answers it from PostgreSQL.
"""
