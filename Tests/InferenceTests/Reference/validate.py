#!/usr/bin/env python3
"""Validates generated documents with the jsonschema package (Debian's python3-jsonschema).

    validate.py GENERATIONS.jsonl

Each line of the file is {"schema": …, "document": "…"}: a JSON Schema (2020-12; as JSON or as its text) and the text
that was generated under it. A text must be one JSON value without white space around it and without a key twice, and
fit the schema, its formats included. Prints each line that does not; ends with 1 if there was one.
"""

import datetime
import json
import re
import sys

from jsonschema import Draft202012Validator, FormatChecker

# The package checks dates and UUIDs by itself, times only with packages that Debian does not have.
FORMATS = FormatChecker(("date", "uuid"))


@FORMATS.checks("time", raises=ValueError)
def is_time(text):
    parts = re.fullmatch(r"(\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})", text, re.ASCII)
    offset = parts and ("+00:00" if parts[3] == "Z" else parts[3])
    return bool(parts) and datetime.time.fromisoformat(parts[1] + offset) is not None


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(text):
    date, separator, time = text.partition("T")
    return bool(separator) and datetime.date.fromisoformat(date) is not None and is_time(time)


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key twice among {keys}")
    return dict(pairs)


def problem(schema, text):
    try:
        document = json.loads(text, object_pairs_hook=unique)
    except ValueError as error:
        return str(error)
    if text != text.strip():
        return "white space around the value"
    validator = Draft202012Validator(schema, format_checker=FORMATS)
    error = next(validator.iter_errors(document), None)
    return error and f"{error.json_path}: {error.message}"


def main(path):
    wrong = total = 0
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            entry = json.loads(line)
            schema = entry["schema"]
            schema = json.loads(schema) if isinstance(schema, str) else schema
            total += 1
            found = problem(schema, entry["document"])
            if found:
                wrong += 1
                print(f"{path}:{number}: {found}\n  {entry['document'][:500]}")
    print(f"{total - wrong} of {total} documents are valid")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
