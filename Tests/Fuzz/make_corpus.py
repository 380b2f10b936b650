#!/usr/bin/env python3
"""Makes the first inputs of the fuzzer, which the ordinary tests read too: python3 make_corpus.py

`corpus/accepted` holds files that the reader opens, `corpus/refused` such as it must refuse. Files that the fuzzer found
lie there too, and this script leaves them alone.
"""

import pathlib
import random
import struct

HERE = pathlib.Path(__file__).parent / "corpus"
RANDOM = random.Random(20240607)

# ggml's type number, values and bytes of a block, and where a block has float16 numbers.
FORMATS = {
    "F32": (0, 1, 4, []), "F16": (1, 1, 2, []), "BF16": (30, 1, 2, []), "Q4_0": (2, 32, 18, [0]),
    "Q4_1": (3, 32, 20, [0, 2]), "Q5_0": (6, 32, 22, [0]), "Q5_1": (7, 32, 24, [0, 2]), "Q8_0": (8, 32, 34, [0]),
    "Q2_K": (10, 256, 84, [80, 82]), "Q3_K": (11, 256, 110, [108]), "Q4_K": (12, 256, 144, [0, 2]),
    "Q5_K": (13, 256, 176, [0, 2]), "Q6_K": (14, 256, 210, [208]), "IQ4_NL": (20, 32, 18, [0]),
    "IQ4_XS": (23, 256, 136, [0]),
}


def text(value):
    value = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<Q", len(value)) + value


def pair(key, kind, payload):
    return text(key) + struct.pack("<I", kind) + payload


def array(element, count, payload):
    return struct.pack("<IQ", element, count) + payload


def tensor(name, sizes, kind, offset):
    return text(name) + struct.pack(f"<I{len(sizes)}QIQ", len(sizes), *sizes, kind, offset)


def file(pairs=(), tensors=(), data=b"", alignment=32, version=3, counts=None):
    tensor_count, pair_count = counts or (len(tensors), len(pairs))
    header = b"GGUF" + struct.pack("<IQQ", version, tensor_count, pair_count) + b"".join([*pairs, *tensors])
    return header + bytes(-len(header) % alignment) + data


def blocks(format, count):
    _, _, size, halves = FORMATS[format]
    result = b""
    for _ in range(count):
        block = bytearray(RANDOM.randbytes(size))
        for offset in halves:
            block[offset:offset + 2] = struct.pack("<e", RANDOM.uniform(-0.1, 0.1))
        result += block
    return result


def holding(*formats, values=256):
    tensors, data = [], b""
    for format in formats:
        kind, per_block, _, _ = FORMATS[format]
        tensors.append(tensor(f"blk.0.{format}", [max(per_block, values // 2), 1], kind, len(data)))
        data += blocks(format, max(per_block, values // 2) // per_block)
        data += bytes(-len(data) % 32)
    return file([pair("general.architecture", 8, text("qwen2"))], tensors, data)


def every_value():
    numbers = [(0, "<B"), (1, "<b"), (2, "<H"), (3, "<h"), (4, "<I"), (5, "<i"), (6, "<f"), (10, "<Q"), (11, "<q"), (12, "<d")]
    pairs = [pair(f"number.{kind}", kind, struct.pack(code, 7)) for kind, code in numbers]
    pairs.append(pair("flag", 7, b"\1"))
    pairs.append(pair("text", 8, text("油壓 12.5 MPa")))
    pairs.append(pair("texts", 9, array(8, 3, text("") + text("a") + text("Ġb"))))
    pairs.append(pair("integers", 9, array(5, 2, struct.pack("<2i", 1, -2))))
    pairs.append(pair("floats", 9, array(6, 2, struct.pack("<2f", 0.5, float("nan")))))
    pairs.append(pair("flags", 9, array(7, 2, b"\0\1")))
    pairs.append(pair("nested", 9, array(9, 2, array(5, 1, struct.pack("<i", 3)) + array(0, 2, b"\1\2"))))
    pairs.append(pair("general.alignment", 4, struct.pack("<I", 64)))
    return file(pairs, [tensor("t", [4, 2], 0, 64)], bytes(64) + struct.pack("<8f", *range(8)), alignment=64)


def accepted():
    yield "floats", holding("F32", "F16", "BF16", values=16)
    yield "blocks-of-32", holding("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "IQ4_NL", values=64)
    yield "two-to-four-bits", holding("Q2_K", "Q3_K", "Q4_K")
    yield "four-to-six-bits", holding("Q5_K", "Q6_K", "IQ4_XS")
    yield "every-value", every_value()
    yield "empty", file()
    yield "infinite-scale", file(tensors=[tensor("t", [64], 8, 0)], data=b"\x00\x3c" + bytes(32) + b"\x00\x7c" + bytes(32))
    yield "nan-value", file(tensors=[tensor("t", [4], 30, 0)], data=bytes(4) + b"\xc0\xff" + bytes(2))


def refused():
    whole = holding("F32", "Q8_0", values=64)
    yield "no-bytes", b""
    yield "cut-in-magic", whole[:3]
    yield "cut-in-counts", whole[:20]
    yield "cut-in-metadata", whole[:40]
    yield "cut-in-tensors", whole[:90]
    yield "cut-in-data", whole[:-40]
    yield "big-endian", b"GGUF" + struct.pack(">IQQ", 3, 0, 0)
    yield "version-2", file(version=2)
    yield "countless-tensors", file(counts=(2**64 - 1, 0))
    yield "countless-metadata", file(counts=(0, 2**60))
    yield "endless-text", file([struct.pack("<Q", 2**63) + b"k"])
    yield "endless-array", file([pair("k", 9, array(6, 2**62, b""))])
    yield "not-utf-8", file([pair("k", 8, text(b"\xff\xc3"))])
    yield "deep-array", file([pair("k", 9, array(9, 1, b"") * 40)])
    yield "unknown-value", file([pair("k", 13, bytes(8))])
    yield "odd-boolean", file([pair("k", 7, b"\2")])
    yield "key-twice", file([pair("k", 0, b"\1")] * 2)
    yield "alignment-24", file([pair("general.alignment", 4, struct.pack("<I", 24))])
    yield "alignment-text", file([pair("general.alignment", 8, text("32"))])
    yield "no-dimensions", file(tensors=[tensor("t", [], 0, 0)], data=bytes(64))
    yield "zero-dimension", file(tensors=[tensor("t", [4, 0], 0, 0)], data=bytes(64))
    yield "overflowing-dimensions", file(tensors=[tensor("t", [2**32, 2**32], 0, 0)], data=bytes(64))
    yield "overflowing-bytes", file(tensors=[tensor("t", [2**62], 0, 0)], data=bytes(64))
    yield "part-of-a-block", file(tensors=[tensor("t", [100], 12, 0)], data=bytes(144))
    yield "unknown-format", file(tensors=[tensor("t", [256], 34, 0)], data=bytes(144))
    yield "offset-overflows", file(tensors=[tensor("t", [8], 0, 2**64 - 32)], data=bytes(64))
    yield "offset-misaligned", file(tensors=[tensor("t", [8], 0, 4)], data=bytes(64))
    yield "overlapping", file(tensors=[tensor("a", [16], 0, 0), tensor("b", [8], 0, 32)], data=bytes(64))
    yield "tensor-twice", file(tensors=[tensor("a", [8], 0, 0), tensor("a", [8], 0, 32)], data=bytes(64))


if __name__ == "__main__":
    for folder, files in [("accepted", accepted()), ("refused", refused())]:
        for name, content in files:
            (HERE / folder / f"{name}.gguf").write_bytes(content)
