"""Random codes, part numbers, terminals, parameters, machines and values that look like a plant's."""

UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"


def digits(rng, low, high):
    return "".join(rng.choice(DIGITS) for _ in range(rng.randint(low, high)))


def letters(rng, low, high):
    return "".join(rng.choice(UPPER) for _ in range(rng.randint(low, high)))


CODE_STYLES = [
    lambda r: "F" + digits(r, 3, 3), lambda r: "E-" + digits(r, 2, 2), lambda r: "AL." + digits(r, 2, 2),
    lambda r: "0x" + "".join(r.choice("0123456789ABCDEF") for _ in range(4)), lambda r: "E" + digits(r, 4, 4),
    lambda r: "ALM-" + digits(r, 3, 3), lambda r: digits(r, 4, 4), lambda r: "Er." + digits(r, 2, 2),
    lambda r: "F" + digits(r, 5, 5), lambda r: "A" + digits(r, 2, 4), lambda r: letters(r, 1, 3) + digits(r, 2, 4),
    lambda r: letters(r, 1, 4) + "-" + digits(r, 1, 4), lambda r: digits(r, 2, 6), lambda r: "Err" + digits(r, 2, 3),
    lambda r: letters(r, 2, 4) + "_" + digits(r, 2, 3), lambda r: "E." + letters(r, 2, 3) + r.choice(DIGITS),
    lambda r: letters(r, 1, 2) + digits(r, 1, 2) + "." + digits(r, 1, 2), lambda r: "AL" + digits(r, 2, 3),
    lambda r: "W" + digits(r, 2, 4), lambda r: digits(r, 1, 2) + "-" + digits(r, 2, 3),
    lambda r: "SV" + digits(r, 4, 4), lambda r: "H" + digits(r, 2, 2) + letters(r, 1, 1),
]


def near(rng, code):
    """A code one digit (or letter) away from `code`."""
    places = [i for i, c in enumerate(code) if c in DIGITS or c in UPPER]
    i = rng.choice(places[-2:] if rng.random() < 0.8 else places)
    pool = DIGITS if code[i] in DIGITS else UPPER
    if code[i] in DIGITS and rng.random() < 0.6:
        step = str((int(code[i]) + rng.choice([1, 9])) % 10)
        return code[:i] + step + code[i + 1:]
    return code[:i] + rng.choice(pool.replace(code[i], "")) + code[i + 1:]


def family(rng, count):
    """`count` different codes of one style, many near each other."""
    style = rng.choice(CODE_STYLES)
    codes = [style(rng)]
    while len(codes) < count:
        new = near(rng, rng.choice(codes)) if rng.random() < 0.5 else style(rng)
        if new not in codes:
            codes.append(new)
    return codes


def part(rng):
    return rng.choice([
        lambda: letters(rng, 1, 3) + "-" + digits(rng, 2, 4), lambda: letters(rng, 2, 3) + digits(rng, 3, 5),
        lambda: digits(rng, 3, 4) + "-" + digits(rng, 2, 4), lambda: letters(rng, 1, 2) + digits(rng, 1, 3),
        lambda: letters(rng, 1, 3) + "-" + digits(rng, 1, 3) + letters(rng, 1, 1),
        lambda: letters(rng, 2, 4) + " " + digits(rng, 2, 4), lambda: letters(rng, 1, 1) + digits(rng, 1, 2),
        lambda: "M" + digits(rng, 1, 2) + "x" + digits(rng, 2, 2)])()


def device(rng):
    """A short device designation: V3, T1, -K12, B7."""
    return rng.choice(["", "", "", "-"]) + rng.choice("ABFKMPQRSTVWXYZ") + digits(rng, 1, 2)


def terminal(rng):
    return rng.choice([
        lambda: "X" + digits(rng, 1, 2) + ":" + digits(rng, 1, 2), lambda: "X" + digits(rng, 1, 1) + "." + digits(rng, 1, 2),
        lambda: rng.choice("UVWRST") + digits(rng, 1, 1), lambda: "CN" + digits(rng, 1, 2), lambda: "TB" + digits(rng, 1, 1) + "-" + digits(rng, 1, 2),
        lambda: digits(rng, 1, 2), lambda: rng.choice(["L1", "L2", "L3", "PE", "B1", "B2", "DC+", "DC-", "24V", "0V", "S1", "S2", "COM"])])()


def parameter(rng):
    return rng.choice([
        lambda: "P" + digits(rng, 2, 4), lambda: "Pn" + digits(rng, 3, 3), lambda: "P" + digits(rng, 1, 2) + "." + digits(rng, 2, 2),
        lambda: "Pr" + digits(rng, 1, 1) + "." + digits(rng, 2, 2), lambda: digits(rng, 4, 4), lambda: "C" + digits(rng, 1, 2) + "-" + digits(rng, 2, 2),
        lambda: "p" + digits(rng, 4, 4), lambda: letters(rng, 3, 5) + "_" + letters(rng, 2, 4), lambda: "No. " + digits(rng, 3, 4)])()


def number(rng):
    return rng.choice([
        lambda: str(rng.randint(1, 12)), lambda: str(rng.randint(2, 99)), lambda: str(rng.randint(10, 300)), lambda: str(rng.randint(1, 40) * 50),
        lambda: f"{rng.randint(0, 30)}.{rng.randint(0, 9)}", lambda: f"{rng.randint(0, 3)}.{rng.randint(0, 99):02d}"])()


def value(rng, units):
    space = rng.choice([" ", " ", " ", ""])
    unit = rng.choice(units)
    form = rng.random()
    if form < 0.75:
        return number(rng) + space + unit
    if form < 0.9:
        low = rng.randint(1, 90)
        return f"{low}{rng.choice(['-', '–', ' to ', '~'])}{low + rng.randint(1, 60)}{space}{unit}"
    return f"{number(rng)}{space}±{space}{rng.randint(1, 9)}{space}{unit}"


def model(rng):
    return rng.choice([
        lambda: letters(rng, 2, 3) + "-" + digits(rng, 2, 4), lambda: letters(rng, 1, 3) + digits(rng, 2, 4),
        lambda: letters(rng, 1, 2) + "-" + digits(rng, 2, 3) + letters(rng, 1, 2), lambda: letters(rng, 3, 5) + " " + digits(rng, 1, 4)])()


def machine_id(rng, words):
    word = rng.choice(words) if rng.random() < 0.6 else letters(rng, 2, 5).lower()
    return rng.choice([f"{word}-{digits(rng, 1, 3)}", f"{word}{digits(rng, 1, 2)}", f"{word}_{digits(rng, 1, 2)}",
                       f"{word.upper()}-{digits(rng, 2, 2)}", f"line{rng.randint(1, 9)}-{word}{digits(rng, 1, 2)}"])
