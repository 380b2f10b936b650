"""The byte-level BPE vocabulary.

Merges are learned inside words, single punctuation marks and the fixed pieces of the draft's JSON; never
across them. Merges that put a space before a lower-case word come last. So a word splits into the same tokens
wherever it stands (after a space, a bracket or a quotation mark), and what has to be copied
is the same token sequence at both ends.
"""

import json
from collections import Counter, defaultdict

import regex
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
QWEN2 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
         r"|\s*[\r\n]+|\s+(?!\S)|\s+")
# What merges may span, finer than the pre-tokenizer's pieces.
UNIT = regex.compile(r'"\]\},\{"|\{"|":\["|":"|","|"\]\}\],"|":"|"\}|></?|">|="|\p{Han}+|\p{L}+|\.\.\.|[^\s\p{L}\p{N}]| [(\-/>＜]')
SPACED = regex.compile(r" (\p{Ll}+|MPa|V|A|N|Hz|VDC|VAC|Nm|kN|mA|kW|K|L|of|Replace|Check|Set|Clean)(?!\p{L})")


def byte_characters():
    """GPT-2's printable stand-in for each byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {}, 256
    for byte in range(256):
        if byte in plain:
            table[byte] = chr(byte)
        else:
            table[byte] = chr(extra)
            extra += 1
    return table


BYTES = byte_characters()


def printable(text):
    return "".join(BYTES[b] for b in text.encode())


class Merger:
    """Learns merges over counted words, most frequent pair first, ties by text."""

    def __init__(self, counts):
        self.words = [[list(printable(w)), n] for w, n in sorted(counts.items())]
        self.pairs, self.where = Counter(), defaultdict(set)
        for i, (symbols, n) in enumerate(self.words):
            for pair in zip(symbols, symbols[1:]):
                self.pairs[pair] += n
                self.where[pair].add(i)

    def apply(self, pair):
        for i in self.where.pop(pair, ()):
            symbols, n = self.words[i]
            for old in zip(symbols, symbols[1:]):
                self.pairs[old] -= n
            merged, j = [], 0
            while j < len(symbols):
                if j + 1 < len(symbols) and (symbols[j], symbols[j + 1]) == pair:
                    merged.append(symbols[j] + symbols[j + 1])
                    j += 2
                else:
                    merged.append(symbols[j])
                    j += 1
            self.words[i][0] = merged
            for new in zip(merged, merged[1:]):
                self.pairs[new] += n
                self.where[new].add(i)
        del self.pairs[pair]

    def best(self):
        return max(self.pairs.items(), key=lambda item: (item[1], item[0]), default=(None, 0))


def character_merges(characters):
    """Merges that make each of `characters` (3 bytes of UTF-8 each) one token, and any Han character
    at most two."""
    prefixes = sorted({printable(chr(c))[:2] for c in range(0x4E00, 0xA000, 64)}
                      | {printable(c)[:2] for c in characters})
    merges = [(p[0], p[1]) for p in prefixes]
    return merges + [(printable(c)[:2], printable(c)[2]) for c in characters]


def train(texts, characters, size, spaced):
    """Vocabulary and merges of `size` tokens with the special tokens last; at most `spaced` of them
    are a space with a word."""
    counts, spaces = Counter(), Counter()
    for text in texts:
        counts.update(UNIT.findall(text))
        spaces.update(SPACED.findall(text))
    merger = Merger(counts)
    merges = character_merges(characters)
    for pair in merges:
        if pair in merger.pairs:
            merger.apply(pair)
    budget = size - len(SPECIALS) - 256 - spaced
    seen = {a + b for a, b in merges}
    while len(merges) < budget:
        pair, count = merger.best()
        if count < 2:
            break
        merger.apply(pair)
        merges.append(pair)
        seen.add(pair[0] + pair[1])
    space = printable(" ")
    for word, _ in spaces.most_common():
        token = printable(word)
        if len(merges) == size - len(SPECIALS) - 256:
            break
        if (token in seen or len(token) == 1) and space + token not in seen:
            merges.append((space, token))
            seen.add(space + token)
    tokens = [BYTES[b] for b in range(256)]
    tokens += list(dict.fromkeys(a + b for a, b in merges))
    filler = 0
    while len(tokens) < size - len(SPECIALS):
        tokens.append(f"[unused{filler}]")
        filler += 1
    tokens += SPECIALS
    return {t: i for i, t in enumerate(tokens)}, merges


def save(path, vocabulary, merges):
    with open(path, "w") as file:
        json.dump({"vocabulary": vocabulary, "merges": merges}, file, ensure_ascii=False)


def load(path):
    """The tokenizer of a saved vocabulary, the vocabulary and the merges."""
    with open(path) as file:
        data = json.load(file)
    merges = [tuple(m) for m in data["merges"]]
    return build(data["vocabulary"], merges), data["vocabulary"], merges


def build(vocabulary, merges):
    """A tokenizer as the appliance's: `qwen2` pre-tokenizer, byte-level merges, special tokens."""
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIALS])
    return tokenizer
