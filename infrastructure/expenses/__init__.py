"""Reading expenses out of files: text in CSV, amounts and dates as people write them."""
