#!/usr/bin/env python3
"""Makes the binary fixtures of GGUFTests with the `gguf` Python package (an implementation independent of Andon's).

    pip install gguf numpy && python3 make_fixtures.py

`metadata.gguf` holds one metadata value of every type and tensors in F32 and F16. `quantized.gguf` holds, for each
quantized format, a tensor of random block bytes (every bit pattern may occur but the float16 scales are finite) and
beside it, as F32, what gguf's own NumPy code dequantizes it to.
"""

import pathlib

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFValueType, GGUFWriter
from gguf.quants import dequantize

HERE = pathlib.Path(__file__).parent
SEED = 20240607


def finish(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def metadata() -> None:
    writer = GGUFWriter(HERE / "metadata.gguf", "qwen2")
    writer.add_custom_alignment(64)
    writer.add_uint8("test.uint8", 200)
    writer.add_int8("test.int8", -100)
    writer.add_uint16("test.uint16", 60_000)
    writer.add_int16("test.int16", -30_000)
    writer.add_uint32("test.uint32", 4_000_000_000)
    writer.add_int32("test.int32", -2_000_000_000)
    writer.add_uint64("test.uint64", 18_000_000_000_000_000_000)
    writer.add_int64("test.int64", -9_000_000_000_000_000_000)
    writer.add_float32("test.float32", 1.5)
    writer.add_float64("test.float64", -2.25)
    writer.add_bool("test.bool", True)
    writer.add_string("test.string", "油壓 12.5 MPa ✓")
    writer.add_array("test.strings", ["", "Ġpressure", "壓力"])
    writer.add_array("test.int32s", [1, -2, 3])
    writer.add_array("test.float32s", [0.5, -1.0])
    writer.add_array("test.bools", [True, False])
    writer.add_key_value("test.nested", [[1, 2], [3]], GGUFValueType.ARRAY)
    writer.add_tensor("f32", np.arange(6, dtype=np.float32).reshape(2, 3) / 4)
    writer.add_tensor("f16", np.arange(8, dtype=np.float16).reshape(2, 2, 2) - 3)
    finish(writer)


def random_blocks(rng: np.random.Generator, rows: int, blocks: int, size: int, halves: list[int]) -> np.ndarray:
    data = rng.integers(0, 256, (rows, blocks, size), dtype=np.uint8)
    for offset in halves:
        scale = rng.uniform(-0.1, 0.1, (rows, blocks, 1)).astype(np.float16)
        data[:, :, offset:offset + 2] = scale.view(np.uint8)
    return data.reshape(rows, blocks * size)


# Where a block of each format has its float16 scales and minima.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0],
}


def quantized() -> None:
    rng = np.random.default_rng(SEED)
    writer = GGUFWriter(HERE / "quantized.gguf", "qwen2")
    for name, halves in HALVES.items():
        kind = GGMLQuantizationType[name]
        values, size = GGML_QUANT_SIZES[kind]
        data = random_blocks(rng, 2, 1 if values == 256 else 3, size, halves)
        writer.add_tensor(name, data, raw_dtype=kind)
        writer.add_tensor(f"{name}.expected", dequantize(data, kind).astype(np.float32))
    # Any bits that are a finite number; the least and the greatest exponents among them.
    bits = rng.integers(0, 0x7F80, 64, dtype=np.uint16) | rng.integers(0, 2, 64, dtype=np.uint16) << 15
    data = bits.astype("<u2").view(np.uint8).reshape(2, 64)
    writer.add_tensor("BF16", data, raw_dtype=GGMLQuantizationType.BF16)
    writer.add_tensor("BF16.expected", dequantize(data, GGMLQuantizationType.BF16).astype(np.float32))
    finish(writer)


if __name__ == "__main__":
    metadata()
    quantized()
