#!/usr/bin/env python3
"""Makes the fixtures of TokenizationTests with Hugging Face's `tokenizers`, an implementation independent of Andon's.

    pip install tokenizers gguf && python3 make_fixtures.py

`small.gguf` is a small vocabulary with the qwen2 pre-tokenizer, trained on the sentences below; `cases.json` holds
texts, from plain to random, and the ids that `tokenizers` gives for them with each of the three pre-tokenizers, whose
patterns are those of Qwen2's `tokenizer.json`, of Meta's `llama-models` and of Mistral's `mistral-common`.
"""

import json
import pathlib
import random

from gguf import GGUFWriter, TokenType
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).parent
SEED = 20240607
PATTERNS = {
    "qwen2": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "llama-bpe": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "tekken": r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
}
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CORPUS = [
    "Check the oil level in tank T1. Replace filter HF-20 if the indicator is red. Set the pressure to 12.5 MPa.",
    "檢查油位。如果指示燈為紅色，請更換濾芯。將壓力設定為 12.5 MPa。若故障再次發生，請聯絡服務人員。",
    '{"steps":[{"action":"Check the oil level in tank T1.","cite":["p1"]}],"escalation":""}',
    "It's the operator's job; they're sure that it'll work, I've seen it, I'm certain, and he'd say so, don't you?",
    "Überprüfen Sie den Ölstand. Vérifiez le niveau d'huile. Проверьте уровень масла.",
]
ALPHABETS = [
    "abcXYZ'sStTrReEvVmMlLdD ",
    "0123456789.,;:-+/()%°  \t\r\n",
    "  \n\r\t\u00a0\u3000\u2028\u0085\u200b\ufeff",
    "檢查油位壓力設定為紅色，。：「」０１２",
    "äöüßÅéñçøŁžабвгдЖαβγأبتقिनाखกข한국어あいうアイウ",
    "İSTOPşŞ'ǅǈʰªſÉÀᾨ//\n/",
    "½²Ⅷ①㊤٣९e\u0301a\u0308\u0f0b\u17b6\U0001f600\U0001f468\u200d\U0001f469\ue000\U00010348\U0001d7d8",
    "!?#@$&*_=|<>{}[]\\\"`~^«»…—“”‘’",
]


def byte_level(model: models.BPE, pattern: str) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def train() -> Tokenizer:
    tokenizer = byte_level(models.BPE(), PATTERNS["qwen2"])
    trainer = trainers.BpeTrainer(
        vocab_size=797, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, min_frequency=1
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def model_of(tokenizer: Tokenizer) -> dict:
    return json.loads(tokenizer.to_str())["model"]


def with_pattern(tokenizer: Tokenizer, name: str) -> Tokenizer:
    """The same vocabulary under another pattern; all but Qwen2 take a word that is a token whole."""
    model = model_of(tokenizer)
    merges = [tuple(pair) for pair in model["merges"]]
    return byte_level(models.BPE(model["vocab"], merges, ignore_merges=name != "qwen2"), PATTERNS[name])


def write_vocabulary(tokenizer: Tokenizer) -> None:
    model = model_of(tokenizer)
    tokens = [token for token, _ in sorted(model["vocab"].items(), key=lambda item: item[1])]
    types = [TokenType.NORMAL] * len(tokens) + [TokenType.CONTROL] * len(SPECIALS)
    writer = GGUFWriter(HERE / "small.gguf", "qwen2")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens + SPECIALS)
    writer.add_token_types(types)
    writer.add_token_merges([" ".join(pair) for pair in model["merges"]])
    writer.add_eos_token_id(len(tokens) + SPECIALS.index("<|im_end|>"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def texts() -> list[str]:
    generator = random.Random(SEED)
    result = list(CORPUS)
    for _ in range(400):
        pieces = []
        for _ in range(generator.randint(1, 6)):
            alphabet = generator.choice(ALPHABETS)
            pieces.append("".join(generator.choice(alphabet) for _ in range(generator.randint(1, 6))))
        result.append("".join(pieces))
    return result


if __name__ == "__main__":
    tokenizer = train()
    write_vocabulary(tokenizer)
    variants = {name: with_pattern(tokenizer, name) for name in PATTERNS}
    cases = [
        {"text": text, "ids": {name: variant.encode(text).ids for name, variant in variants.items()}}
        for text in texts()
    ]
    (HERE / "cases.json").write_text(json.dumps(cases, ensure_ascii=True, separators=(",", ":")) + "\n")
