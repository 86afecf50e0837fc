"""Mail over SMTP: letters from templates, the way to a server, and the sink of the embedded default."""
