"""The appliance's rules for a draft, mirrored for the evaluation.

A draft is read (JSON of the schema, citations only of passages in the prompt), then each step is kept or dropped: every number
with its unit, part number, terminal, parameter and code in it must stand in a passage that the step cites, and
at least 80 % of its words (Chinese: pairs of characters) too.
"""

import json
import unicodedata

import regex

from lexicon_en import UNITS

WORDS_KNOWN = 0.8
HAN = r"\p{Han}"
# A run of letters, digits and joining marks that holds a digit: F004, 0x2310, X2:14, P1.05, 12.5.
FACT = regex.compile(r"[A-Za-z0-9]+(?:[._:/\-+][A-Za-z0-9]+)*")
NUMBER = regex.compile(r"\d+(?:\.\d+)?")
UNIT = "|".join(regex.escape(unicodedata.normalize("NFKC", u)) for u in sorted(UNITS, key=len, reverse=True))
MEASURE = regex.compile(rf"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?) ?({UNIT}|秒|分鐘|小時|次|公釐|度|轉|圈)(?![A-Za-z0-9])")
WORD = regex.compile(rf"(?:(?!{HAN})\p{{L}})+|{HAN}+")


def normal(text):
    return " ".join(unicodedata.normalize("NFKC", text).split())


def facts(text):
    """Everything in a normalised text that must not be made up."""
    found = {f for f in FACT.findall(text) if any(c.isdigit() for c in f)}
    found |= {number + unit for number, unit in MEASURE.findall(text)}
    return found | set(NUMBER.findall(text))


def words(text):
    """Latin words in lower case, and pairs of Chinese characters."""
    out = []
    for word in WORD.findall(text):
        if regex.match(HAN, word):
            out += [word[i:i + 2] for i in range(len(word) - 1)] or [word]
        else:
            out.append(word.lower())
    return out


def stands(action, passage):
    """Whether a step may be shown with a citation of this passage's text."""
    action, passage = normal(action), normal(passage)
    if not facts(action) <= facts(passage):
        return False
    mine = words(action)
    known = set(words(passage))
    return not mine or sum(w in known for w in mine) >= WORDS_KNOWN * len(mine)


def read(text, passages):
    """The draft's steps and escalation, or None if it is not one of the schema."""
    try:
        draft = json.loads(text)
        steps, escalation = draft["steps"], draft["escalation"]
        offered = {f"p{i + 1}" for i in range(passages)}
        good = (set(draft) == {"steps", "escalation"} and isinstance(escalation, str) and 1 <= len(steps) <= 12
                and all(set(s) == {"action", "cite"} and isinstance(s["action"], str) and s["action"]
                        and 1 <= len(s["cite"]) <= 2 and set(s["cite"]) <= offered for s in steps))
    except (ValueError, TypeError, KeyError):
        return None
    return (steps, escalation) if good else None


def verify(steps, passages):
    """The steps that may be shown."""
    return [s for s in steps if stands(s["action"], "\n".join(passages[int(c[1:]) - 1] for c in s["cite"]))]
