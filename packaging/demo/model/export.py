"""Writes a checkpoint as a GGUF v3 file.

    python export.py --work /tmp/andon-model --type q8_0 --out andon-demo.gguf
"""

import argparse
from pathlib import Path

import gguf
import numpy as np
import torch

import bpe
from model import Config

CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
TYPES = {
    "f32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
    "f16": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}
BLOCK_NAMES = {"attn_norm": "attn_norm", "attn.q": "attn_q", "attn.k": "attn_k", "attn.v": "attn_v", "attn.o": "attn_output",
               "ffn_norm": "ffn_norm", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down"}


def tensor_name(name):
    """The GGUF name of a parameter of `model.Model`."""
    if name.startswith("blocks."):
        _, index, rest = name.split(".", 2)
        stem, kind = rest.rsplit(".", 1)
        return f"blk.{index}.{BLOCK_NAMES[stem]}.{kind}"
    return {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}[name]


def write(path, weights, config, vocabulary, merges, kind):
    matrix_type, file_type = TYPES[kind]
    writer = gguf.GGUFWriter(str(path), "qwen2")
    writer.add_name("Andon demonstration model")
    writer.add_license("apache-2.0")
    writer.add_description("Copies troubleshooting steps out of manual passages; demonstrates Andon, not for work.")
    writer.add_languages(["en", "zh"])
    writer.add_file_type(file_type)
    writer.add_block_count(config.layers)
    writer.add_context_length(config.context)
    writer.add_embedding_length(config.width)
    writer.add_feed_forward_length(config.ffn)
    writer.add_head_count(config.heads)
    writer.add_head_count_kv(config.kv_heads)
    writer.add_rope_freq_base(config.rope_base)
    writer.add_layer_norm_rms_eps(config.epsilon)
    writer.add_vocab_size(config.vocabulary)
    tokens = sorted(vocabulary, key=vocabulary.get)
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([control if t in bpe.SPECIALS else normal for t in tokens])
    writer.add_token_merges([" ".join(m) for m in merges])
    writer.add_bos_token_id(vocabulary["<|endoftext|>"])
    writer.add_eos_token_id(vocabulary["<|im_end|>"])
    writer.add_pad_token_id(vocabulary["<|endoftext|>"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)
    for name, weight in weights.items():
        data = weight.float().numpy()
        if data.ndim == 1:
            writer.add_tensor(tensor_name(name), data.astype(np.float32))
        else:
            writer.add_tensor(tensor_name(name), gguf.quantize(data, matrix_type), raw_dtype=matrix_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--type", choices=TYPES, default="q8_0")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    state = torch.load(args.work / "checkpoint.pt", weights_only=True, map_location="cpu")
    _, vocabulary, merges = bpe.load(args.work / "vocabulary.json")
    write(args.out, state["model"], Config(layers=state["layers"], ffn=state["ffn"]), vocabulary, merges, args.type)
    print(f"{args.out}: step {state['step']}, {args.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
