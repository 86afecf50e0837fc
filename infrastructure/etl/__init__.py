"""The nightly pipeline's hands: sources that fsspec opens, frames of pandas, a folder for work files."""
