#!/usr/bin/env python3
"""An independent reference of the forward pass of Qwen2, Qwen3 and Llama: NumPy on weights that the `gguf` package
dequantizes.

It shares no code with the engine. Needs `pip install numpy gguf`.

  reference.py goldens OUT_DIR                      what Tests/InferenceTests/Fixtures holds
  reference.py model [ARCH] FORMAT FILE             one of the synthetic models behind the goldens; ARCH is qwen2 (which
                                                    is meant if left out), qwen3, llama (rope factors, untied output) or
                                                    nemo (a llama whose head size is not embedding / heads)
  reference.py conventions                          checks what is assumed of the order of llama's rows
  reference.py logits FILE --tokens 1,2,3 --out F   last-position logits, little-endian float32
  reference.py generate FILE --tokens 1,2,3 -n 64   greedy continuation
  reference.py compare A B                          normalised mean squared error of two logits files
"""

import argparse
import json
import pathlib
import sys
import tempfile

import gguf
import numpy as np

# ---------------------------------------------------------------- forward pass


# Whether value 2i of a head turns with 2i + 1, or i with i + size / 2.
TURNS_NEIGHBOURS = {"qwen2": False, "qwen3": False, "llama": True}


def turn(x, angles, neighbours):
    """Turns the pairs of each head, x[token, head, value], by angles[token, pair].

    A pair is a complex number, which is multiplied with exp(i * angle): RoFormer, equation 13.
    """
    half = x.shape[-1] // 2
    first, second = (x[..., 0::2], x[..., 1::2]) if neighbours else (x[..., :half], x[..., half:])
    turned = (first + 1j * second) * np.exp(1j * angles)[:, None, :]
    result = np.empty_like(x)
    if neighbours:
        result[..., 0::2], result[..., 1::2] = turned.real, turned.imag
    else:
        result[..., :half], result[..., half:] = turned.real, turned.imag
    return result


class Model:
    """A model in float64, with the keys and values of the tokens so far."""

    def __init__(self, path):
        reader = gguf.GGUFReader(path)
        architecture = reader.fields["general.architecture"].contents()
        if architecture not in TURNS_NEIGHBOURS:
            sys.exit(f"{path}: architecture {architecture}, one of {', '.join(TURNS_NEIGHBOURS)} expected")

        def field(name, default=None):
            found = reader.fields.get(f"{architecture}.{name}")
            if found is None and default is None:
                sys.exit(f"{path}: {architecture}.{name} is missing")
            return default if found is None else found.contents()

        self.neighbours = TURNS_NEIGHBOURS[architecture]
        self.layers = field("block_count")
        self.heads = field("attention.head_count")
        self.kv_heads = field("attention.head_count_kv", self.heads)
        self.epsilon = field("attention.layer_norm_rms_epsilon")
        self.head_size = field("attention.key_length", field("embedding_length") // self.heads)
        self.weights = {
            tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            .reshape(tensor.shape[::-1]).astype(np.float64)
            for tensor in reader.tensors
        }
        pairs = np.arange(self.head_size // 2)
        self.frequencies = field("rope.freq_base", 10000.0) ** (-2.0 * pairs / self.head_size)
        self.frequencies = self.frequencies / self.weights.get("rope_freqs.weight", 1.0)
        self.reset()

    def reset(self):
        self.position = 0
        self.keys = [np.zeros((0, self.kv_heads, self.head_size)) for _ in range(self.layers)]
        self.values = [np.zeros((0, self.kv_heads, self.head_size)) for _ in range(self.layers)]

    def norm(self, x, name):
        return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + self.epsilon) * self.weights[name]

    def linear(self, x, name):
        y = x @ self.weights[f"{name}.weight"].T
        bias = self.weights.get(f"{name}.bias")
        return y if bias is None else y + bias

    def rotate(self, x, positions, norm):
        if norm in self.weights:
            x = self.norm(x, norm)
        return turn(x, positions[:, None] * self.frequencies, self.neighbours)

    def attention(self, x, layer):
        count = len(x)
        positions = np.arange(self.position, self.position + count, dtype=np.float64)
        split = lambda y, heads: y.reshape(count, heads, self.head_size)
        block = f"blk.{layer}"
        queries = self.rotate(split(self.linear(x, f"{block}.attn_q"), self.heads), positions, f"{block}.attn_q_norm.weight")
        keys = self.rotate(split(self.linear(x, f"{block}.attn_k"), self.kv_heads), positions, f"{block}.attn_k_norm.weight")
        values = split(self.linear(x, f"{block}.attn_v"), self.kv_heads)
        self.keys[layer] = np.concatenate([self.keys[layer], keys])
        self.values[layer] = np.concatenate([self.values[layer], values])
        group = self.heads // self.kv_heads
        all_keys = np.repeat(self.keys[layer], group, axis=1)
        all_values = np.repeat(self.values[layer], group, axis=1)
        scores = np.einsum("thd,phd->htp", queries, all_keys) / np.sqrt(self.head_size)
        future = np.arange(len(all_keys))[None, :] > positions[:, None]
        scores = np.where(future[None], -np.inf, scores)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed = np.einsum("htp,phd->thd", weights, all_values).reshape(count, -1)
        return self.linear(mixed, f"{block}.attn_output")

    def feed_forward(self, x, layer):
        block = f"blk.{layer}"
        gate = self.linear(x, f"{block}.ffn_gate")
        return self.linear(gate / (1 + np.exp(-gate)) * self.linear(x, f"{block}.ffn_up"), f"{block}.ffn_down")

    def logits(self, tokens):
        """Appends tokens and gives the logits after the last."""
        x = self.weights["token_embd.weight"][np.asarray(tokens)]
        for layer in range(self.layers):
            x = x + self.attention(self.norm(x, f"blk.{layer}.attn_norm.weight"), layer)
            x = x + self.feed_forward(self.norm(x, f"blk.{layer}.ffn_norm.weight"), layer)
        self.position += len(tokens)
        head = "output.weight" if "output.weight" in self.weights else "token_embd.weight"
        return self.norm(x[-1], "output_norm.weight") @ self.weights[head].T

    def generate(self, tokens, count):
        """Greedy continuation, and the least distance between the two likeliest tokens."""
        self.reset()
        result, margin = [], np.inf
        logits = self.logits(tokens)
        for _ in range(count):
            second, first = np.sort(logits)[-2:]
            margin = min(margin, first - second)
            result.append(int(np.argmax(logits)))
            logits = self.logits([result[-1]])
        return result, float(margin)


# ---------------------------------------------------------------- synthetic models
# Tests/InferenceTests/SyntheticModel.swift makes the same bytes from the same seeds.

COMMON = dict(
    architecture="llama", layers=2, feed_forward=512, vocabulary=331, context=256, embedding=256, heads=4, kv_heads=2,
    head_size=64, bias=False, head_norm=False, rope_factors=False, tied=True)
ARCHITECTURES = {
    "qwen2": COMMON | dict(architecture="qwen2", bias=True, rope_base=10000.0),
    "qwen3": COMMON | dict(architecture="qwen3", heads=8, kv_heads=4, head_norm=True, rope_base=1e6),
    "llama": COMMON | dict(rope_factors=True, tied=False, rope_base=500000.0),
    "nemo": COMMON | dict(embedding=512, tied=False, rope_base=1e6),
}
PROMPT = [7, 300, 41, 0, 330, 12, 99, 99, 3, 250, 17]
# Chosen so that the two likeliest tokens are never close in 64 steps: float32 rounding must not decide a step. These are
# the models that have goldens.
SEEDS = {
    "qwen2": {
        "F32": 13, "F16": 13, "BF16": 18, "Q4_0": 4, "Q4_1": 9, "Q5_0": 1, "Q5_1": 9, "Q8_0": 38, "Q2_K": 14,
        "Q3_K": 19, "Q4_K": 5, "Q5_K": 1, "Q6_K": 9, "IQ4_NL": 2, "IQ4_XS": 20,
    },
    "qwen3": {"Q8_0": 13},
    "llama": {"F32": 28, "Q8_0": 17},
    "nemo": {"Q8_0": 4},
}
FORMATS = {name: gguf.GGMLQuantizationType[name] for name in SEEDS["qwen2"]}


def fnv(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def words(name, count):
    """`count` numbers of 64 bits by SplitMix64, seeded with the tensor's name."""
    with np.errstate(over="ignore"):
        state = np.uint64(fnv(name)) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(name, count, scale):
    """Values in [-scale, scale) with 11 bits, so that float16 holds them exactly."""
    return (((words(name, count) >> np.uint64(53)).astype(np.float32) - 1024) / 1024 * scale).astype(np.float32)


def half(value):
    return np.frombuffer(np.float16(value).tobytes(), dtype=np.uint8)


def random_bytes(name, blocks, count):
    size = (blocks * count + 7) // 8
    return np.frombuffer(words(name, size).astype("<u8").tobytes(), dtype=np.uint8)[: blocks * count].reshape(blocks, count)


def six_bits(name, blocks):
    """Eight scales of six bits that are their own minima, in 12 bytes as Q4_K and Q5_K pack them."""
    six = random_bytes(name, blocks, 8) & 63
    packed = np.zeros((blocks, 12), dtype=np.uint8)
    for i in range(4):
        packed[:, i] = six[:, i] | (six[:, i + 4] >> 4) << 6
        packed[:, i + 4] = six[:, i] | (six[:, i + 4] >> 4) << 6
        packed[:, i + 8] = (six[:, i + 4] & 15) | (six[:, i + 4] & 15) << 4
    return packed


def signed_scales(name, blocks):
    """Scales from -32 to 31, a byte each, of Q6_K."""
    return (random_bytes(name, blocks, 16) & 63) - np.uint8(32)


def own_minima(name, blocks):
    """Scales of four bits that are their own minima, as Q2_K packs them."""
    return (random_bytes(name, blocks, 16) & 15) * np.uint8(17)


def alternating(value):
    """A factor that changes its sign from block to block, for formats whose levels are not symmetric around zero."""
    return lambda name, blocks: np.tile(np.stack([half(value), half(-value)]), (blocks // 2, 1))


# What a block is made of: fixed float16 factors, a number of random bytes, or what a function gives. Where a format has
# minima, their factor is the middle level times that of the scales, so that the mean is zero; the deviation is near 0.07.
BLOCKS = {
    "Q4_0": [alternating(2.0**-6), 16],
    "Q4_1": [half(2.0**-6), half(-7.5 * 2.0**-6), 16],
    "Q5_0": [alternating(2.0**-7), 20],
    "Q5_1": [half(2.0**-7), half(-15.5 * 2.0**-7), 20],
    "Q8_0": [half(2.0**-10), 32],
    "Q2_K": [own_minima, 64, half(2.0**-7), half(1.5 * 2.0**-7)],
    "Q3_K": [108, half(2.0**-9)],
    "Q4_K": [half(2.0**-11), half(7.5 * 2.0**-11), six_bits, 128],
    "Q5_K": [half(2.0**-12), half(15.5 * 2.0**-12), six_bits, 160],
    "Q6_K": [192, signed_scales, half(2.0**-12)],
    "IQ4_NL": [alternating(2.0**-10), 16],
    "IQ4_XS": [half(2.0**-14), 134],
}


def block_part(part, name, blocks):
    if isinstance(part, int):
        return random_bytes(name, blocks, part)
    return part(f"{name}/scales", blocks) if callable(part) else np.tile(part, (blocks, 1))


def weight(name, rows, columns, format, seed):
    """A matrix's bytes, one row of bytes for each row."""
    name = f"{seed}/{name}"
    if format not in BLOCKS:
        values = uniform(name, rows * columns, 0.125).reshape(rows, columns)
        return gguf.quants.quantize(values, FORMATS[format])
    blocks = rows * columns // gguf.GGML_QUANT_SIZES[FORMATS[format]][0]
    parts = [block_part(part, name, blocks) for part in BLOCKS[format]]
    return np.concatenate(parts, axis=1).reshape(rows, -1)


def write_model(path, name, format, seed=None):
    s = ARCHITECTURES[name]
    seed = SEEDS[name].get(format, 1) if seed is None else seed
    writer = gguf.GGUFWriter(path, s["architecture"])
    query, kv = s["heads"] * s["head_size"], s["kv_heads"] * s["head_size"]
    writer.add_block_count(s["layers"])
    writer.add_context_length(s["context"])
    writer.add_embedding_length(s["embedding"])
    writer.add_feed_forward_length(s["feed_forward"])
    writer.add_head_count(s["heads"])
    writer.add_head_count_kv(s["kv_heads"])
    writer.add_rope_freq_base(s["rope_base"])
    writer.add_layer_norm_rms_eps(1e-6)
    if s["heads"] * s["head_size"] != s["embedding"]:
        writer.add_key_length(s["head_size"])
        writer.add_value_length(s["head_size"])
    if s["architecture"] == "llama":
        writer.add_rope_dimension_count(s["head_size"])
        writer.add_vocab_size(s["vocabulary"])

    def matrix(name, rows, columns):
        writer.add_tensor(name, weight(name, rows, columns, format, seed), raw_dtype=FORMATS[format])

    def vector(name, size, scale, offset):
        writer.add_tensor(name, uniform(name, size, scale) + np.float32(offset))

    matrix("token_embd.weight", s["vocabulary"], s["embedding"])
    vector("output_norm.weight", s["embedding"], 0.5, 1)
    if not s["tied"]:
        matrix("output.weight", s["vocabulary"], s["embedding"])
    if s["rope_factors"]:
        vector("rope_freqs.weight", s["head_size"] // 2, 3.5, 4.5)
    for layer in range(s["layers"]):
        block = f"blk.{layer}"
        vector(f"{block}.attn_norm.weight", s["embedding"], 0.5, 1)
        for name, rows in [("attn_q", query), ("attn_k", kv), ("attn_v", kv)]:
            matrix(f"{block}.{name}.weight", rows, s["embedding"])
            if s["bias"]:
                vector(f"{block}.{name}.bias", rows, 0.5, 0)
            if s["head_norm"] and name != "attn_v":
                vector(f"{block}.{name}_norm.weight", s["head_size"], 0.5, 1)
        matrix(f"{block}.attn_output.weight", s["embedding"], query)
        vector(f"{block}.ffn_norm.weight", s["embedding"], 0.5, 1)
        matrix(f"{block}.ffn_gate.weight", s["feed_forward"], s["embedding"])
        matrix(f"{block}.ffn_up.weight", s["feed_forward"], s["embedding"])
        matrix(f"{block}.ffn_down.weight", s["embedding"], s["feed_forward"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def goldens(directory):
    for name, format in [(name, format) for name in SEEDS for format in SEEDS[name]]:
        with tempfile.TemporaryDirectory() as temporary:
            path = f"{temporary}/model.gguf"
            write_model(path, name, format)
            model = Model(path)
        logits = model.logits(PROMPT)
        tokens, margin = model.generate(PROMPT, 64)
        golden = dict(
            format=format, prompt=PROMPT, logits=[float(np.float32(v)) for v in logits], greedy=tokens, margin=margin)
        target = pathlib.Path(directory) / f"{name}-{format.lower()}.json"
        target.write_text(json.dumps(golden) + "\n")
        print(f"{name} {format}: least margin {margin:.4f}, {len(set(tokens))} different tokens, {target}")


# ---------------------------------------------------------------- conventions


def conventions():
    """Llama was trained with halves that turn together; the conversion to GGUF reorders the rows of its query and key
    matrices, each head's halves being interleaved, so that neighbours turn together. Both give the same scores."""
    random = np.random.default_rng(1)
    heads, size, width, count = 3, 16, 48, 7
    angles = np.arange(count)[:, None] * 10000.0 ** (-2.0 * np.arange(size // 2) / size)
    x = random.standard_normal((count, width))
    queries, keys = random.standard_normal((2, heads * size, width))

    def converted(matrix):
        return matrix.reshape(heads, 2, size // 2, width).swapaxes(1, 2).reshape(heads * size, width)

    def scores(queries, keys, neighbours):
        q, k = (turn((x @ w.T).reshape(count, heads, size), angles, neighbours) for w in (queries, keys))
        return np.einsum("thd,phd->htp", q, k)

    trained = scores(queries, keys, False)
    error = np.max(np.abs(scores(converted(queries), converted(keys), True) - trained))
    unconverted = np.max(np.abs(scores(queries, keys, True) - trained))
    print(json.dumps(dict(greatest_difference=float(error), without_conversion=float(unconverted))))
    sys.exit(0 if error < 1e-9 < unconverted else "the conventions differ")


# ---------------------------------------------------------------- commands


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("goldens")
    command.add_argument("directory")
    command = commands.add_parser("model")
    command.add_argument("architecture", nargs="?", choices=ARCHITECTURES, default="qwen2")
    command.add_argument("format", choices=FORMATS)
    command.add_argument("file")
    commands.add_parser("conventions")
    for name in ["logits", "generate"]:
        command = commands.add_parser(name)
        command.add_argument("file")
        command.add_argument("--tokens", required=True)
        if name == "logits":
            command.add_argument("--out", required=True)
        else:
            command.add_argument("-n", type=int, default=64)
    command = commands.add_parser("compare")
    command.add_argument("a")
    command.add_argument("b")
    arguments = parser.parse_args()

    if arguments.command == "goldens":
        goldens(arguments.directory)
    elif arguments.command == "model":
        write_model(arguments.file, arguments.architecture, arguments.format)
    elif arguments.command == "conventions":
        conventions()
    elif arguments.command == "compare":
        a, b = (np.fromfile(path, dtype="<f4").astype(np.float64) for path in (arguments.a, arguments.b))
        print(json.dumps(dict(
            nmse=float(np.sum((a - b) ** 2) / np.sum(b**2)), greatest_difference=float(np.max(np.abs(a - b))),
            same_choice=bool(np.argmax(a) == np.argmax(b)))))
    else:
        tokens = [int(token) for token in arguments.tokens.split(",")]
        model = Model(arguments.file)
        if arguments.command == "logits":
            model.logits(tokens).astype("<f4").tofile(arguments.out)
        else:
            result, margin = model.generate(tokens, arguments.n)
            print(json.dumps(dict(tokens=result, margin=margin)))


if __name__ == "__main__":
    main()
