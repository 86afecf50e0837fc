"""The adapters behind `application.identity`: passwords, tokens and keys, sessions, and the limit on attempts."""
