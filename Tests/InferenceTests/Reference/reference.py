#!/usr/bin/env python3
"""An independent reference of the Qwen2 forward pass: NumPy on weights that the `gguf` package dequantizes.

It shares no code with the engine. Needs `pip install numpy gguf`.

  reference.py goldens OUT_DIR                      what Tests/InferenceTests/Fixtures holds
  reference.py model FORMAT FILE                    one of the synthetic models behind the goldens
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


class Model:
    """A Qwen2 model in float64, with the keys and values of the tokens so far."""

    def __init__(self, path):
        reader = gguf.GGUFReader(path)
        field = lambda name: reader.fields[name].contents()
        architecture = field("general.architecture")
        if architecture != "qwen2":
            sys.exit(f"{path}: architecture {architecture}, qwen2 expected")
        self.layers = field("qwen2.block_count")
        self.heads = field("qwen2.attention.head_count")
        self.kv_heads = field("qwen2.attention.head_count_kv")
        self.epsilon = field("qwen2.attention.layer_norm_rms_epsilon")
        self.rope_base = field("qwen2.rope.freq_base")
        self.weights = {
            tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            .reshape(tensor.shape[::-1]).astype(np.float64)
            for tensor in reader.tensors
        }
        self.head_size = self.weights["blk.0.attn_q.weight"].shape[0] // self.heads
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

    def rotate(self, x, positions):
        half = self.head_size // 2
        angles = positions[:, None] * self.rope_base ** (-2.0 * np.arange(half) / self.head_size)
        cos, sin = np.cos(angles)[:, None, :], np.sin(angles)[:, None, :]
        first, second = x[..., :half], x[..., half:]
        return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)

    def attention(self, x, layer):
        count = len(x)
        positions = np.arange(self.position, self.position + count, dtype=np.float64)
        split = lambda y, heads: y.reshape(count, heads, self.head_size)
        block = f"blk.{layer}"
        queries = self.rotate(split(self.linear(x, f"{block}.attn_q"), self.heads), positions)
        keys = self.rotate(split(self.linear(x, f"{block}.attn_k"), self.kv_heads), positions)
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

SHAPE = dict(layers=2, embedding=256, feed_forward=512, heads=4, kv_heads=2, vocabulary=331, context=256)
PROMPT = [7, 300, 41, 0, 330, 12, 99, 99, 3, 250, 17]
FORMATS = {
    "F32": gguf.GGMLQuantizationType.F32,
    "F16": gguf.GGMLQuantizationType.F16,
    "Q8_0": gguf.GGMLQuantizationType.Q8_0,
    "Q4_K": gguf.GGMLQuantizationType.Q4_K,
    "Q6_K": gguf.GGMLQuantizationType.Q6_K,
}


# Chosen so that the two likeliest tokens are never close in 64 steps: float32 rounding must not decide a step.
SEEDS = {"F32": 13, "F16": 13, "Q8_0": 38, "Q4_K": 5, "Q6_K": 9}


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


def q8_0(name, blocks):
    return np.concatenate([np.tile(half(2.0**-10), (blocks, 1)), random_bytes(name, blocks, 32)], axis=1)


def q4_k(name, blocks):
    # Scale and minimum of a sub-block are the same six bits; with the minima's factor at 7.5 scales the mean is zero.
    six = random_bytes(name + "/scales", blocks, 8) & 63
    packed = np.zeros((blocks, 12), dtype=np.uint8)
    for i in range(4):
        packed[:, i] = six[:, i] | (six[:, i + 4] >> 4) << 6
        packed[:, i + 4] = six[:, i] | (six[:, i + 4] >> 4) << 6
        packed[:, i + 8] = (six[:, i + 4] & 15) | (six[:, i + 4] & 15) << 4
    head = np.concatenate([half(2.0**-11), half(7.5 * 2.0**-11)])
    return np.concatenate([np.tile(head, (blocks, 1)), packed, random_bytes(name, blocks, 128)], axis=1)


def q6_k(name, blocks):
    scales = ((random_bytes(name + "/scales", blocks, 16) & 63).astype(np.int8) - 32).astype(np.int8).view(np.uint8)
    factor = np.tile(half(2.0**-12), (blocks, 1))
    return np.concatenate([random_bytes(name, blocks, 192), scales, factor], axis=1)


def weight(name, rows, columns, format):
    """A matrix's bytes, one row of bytes for each row."""
    name = f"{SEEDS[format]}/{name}"
    count = rows * columns
    if format == "F32":
        return uniform(name, count, 0.125).reshape(rows, columns)
    if format == "F16":
        return uniform(name, count, 0.125).astype(np.float16).reshape(rows, columns)
    values, make = {"Q8_0": (32, q8_0), "Q4_K": (256, q4_k), "Q6_K": (256, q6_k)}[format]
    return make(name, count // values).reshape(rows, -1)


def write_model(path, format):
    writer = gguf.GGUFWriter(path, "qwen2")
    s = SHAPE
    head_size = s["embedding"] // s["heads"]
    kv = s["kv_heads"] * head_size
    writer.add_block_count(s["layers"])
    writer.add_context_length(s["context"])
    writer.add_embedding_length(s["embedding"])
    writer.add_feed_forward_length(s["feed_forward"])
    writer.add_head_count(s["heads"])
    writer.add_head_count_kv(s["kv_heads"])
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-6)

    def matrix(name, rows, columns):
        writer.add_tensor(name, weight(name, rows, columns, format), raw_dtype=FORMATS[format])

    def vector(name, size, scale, offset):
        writer.add_tensor(name, uniform(name, size, scale) + np.float32(offset))

    matrix("token_embd.weight", s["vocabulary"], s["embedding"])
    vector("output_norm.weight", s["embedding"], 0.5, 1)
    for layer in range(s["layers"]):
        block = f"blk.{layer}"
        vector(f"{block}.attn_norm.weight", s["embedding"], 0.5, 1)
        matrix(f"{block}.attn_q.weight", s["embedding"], s["embedding"])
        vector(f"{block}.attn_q.bias", s["embedding"], 0.5, 0)
        matrix(f"{block}.attn_k.weight", kv, s["embedding"])
        vector(f"{block}.attn_k.bias", kv, 0.5, 0)
        matrix(f"{block}.attn_v.weight", kv, s["embedding"])
        vector(f"{block}.attn_v.bias", kv, 0.5, 0)
        matrix(f"{block}.attn_output.weight", s["embedding"], s["embedding"])
        vector(f"{block}.ffn_norm.weight", s["embedding"], 0.5, 1)
        matrix(f"{block}.ffn_gate.weight", s["feed_forward"], s["embedding"])
        matrix(f"{block}.ffn_up.weight", s["feed_forward"], s["embedding"])
        matrix(f"{block}.ffn_down.weight", s["embedding"], s["feed_forward"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def goldens(directory):
    for format in FORMATS:
        with tempfile.TemporaryDirectory() as temporary:
            path = f"{temporary}/model.gguf"
            write_model(path, format)
            model = Model(path)
        logits = model.logits(PROMPT)
        tokens, margin = model.generate(PROMPT, 64)
        golden = dict(
            format=format, prompt=PROMPT, logits=[float(np.float32(v)) for v in logits], greedy=tokens, margin=margin)
        target = pathlib.Path(directory) / f"qwen2-{format.lower()}.json"
        target.write_text(json.dumps(golden) + "\n")
        print(f"{format}: least margin {margin:.4f}, {len(set(tokens))} different tokens, {target}")


# ---------------------------------------------------------------- commands


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("goldens")
    command.add_argument("directory")
    command = commands.add_parser("model")
    command.add_argument("format", choices=FORMATS)
    command.add_argument("file")
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
        write_model(arguments.file, arguments.format)
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
