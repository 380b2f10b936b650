"""A Qwen2-architecture language model in plain PyTorch, small enough to read in one go.

Shapes: B examples, P tokens of a shared prefix, T tokens of each example's own, C width, H query
heads, K key/value heads, D head size.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Config:
    vocabulary: int = 6144
    context: int = 2048
    width: int = 256
    layers: int = 5
    heads: int = 4
    kv_heads: int = 2
    ffn: int = 512
    rope_base: float = 1e6
    epsilon: float = 1e-6

    @property
    def head(self):
        return self.width // self.heads


class RMSNorm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        return F.rms_norm(x, (x.shape[-1],), self.weight.to(x.dtype), self.epsilon)


def rope_tables(config, positions):
    """Cosines and sines [positions, D] for rotate-half ("NEOX") rotary embeddings."""
    inverse = config.rope_base ** (-torch.arange(0, config.head, 2).float() / config.head)
    angles = positions.float()[:, None] * inverse[None, :]
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos(), angles.sin()


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], dim=-1)
    return x * cos + turned * sin


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.q = nn.Linear(config.width, config.heads * config.head)
        self.k = nn.Linear(config.width, config.kv_heads * config.head)
        self.v = nn.Linear(config.width, config.kv_heads * config.head)
        self.o = nn.Linear(config.heads * config.head, config.width, bias=False)

    def project(self, x, cos, sin):
        """Queries [B, H, T, D], keys and values [B, K, T, D], rotated to their positions."""
        b, t, _ = x.shape
        q = self.q(x).view(b, t, self.config.heads, self.config.head).transpose(1, 2)
        k = self.k(x).view(b, t, self.config.kv_heads, self.config.head).transpose(1, 2)
        v = self.v(x).view(b, t, self.config.kv_heads, self.config.head).transpose(1, 2)
        return rotate(q, cos, sin), rotate(k, cos, sin), v

    def mix(self, q, k, v, mask):
        """Attention output [B, T, C]; `mask` is boolean [T, S] or [B, 1, T, S], or None for plain causal order."""
        y = F.scaled_dot_product_attention(
            q, k, v, attn_mask=mask, is_causal=mask is None, enable_gqa=True)
        b, _, t, _ = y.shape
        return self.o(y.transpose(1, 2).reshape(b, t, -1))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attn_norm = RMSNorm(config.width, config.epsilon)
        self.attn = Attention(config)
        self.ffn_norm = RMSNorm(config.width, config.epsilon)
        self.gate = nn.Linear(config.width, config.ffn, bias=False)
        self.up = nn.Linear(config.width, config.ffn, bias=False)
        self.down = nn.Linear(config.ffn, config.width, bias=False)

    def feed_forward(self, x):
        h = self.ffn_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))

    def forward(self, x, cos, sin, mask=None, past=None):
        """One block over [B, T, C]. `past` holds the keys and values before `x`, which are expanded
        to B if they are shared. Returns the output and the keys and values up to its end."""
        q, k, v = self.attn.project(self.attn_norm(x), cos, sin)
        if past is not None:
            b = x.shape[0]
            k = torch.cat([past[0].expand(b, -1, -1, -1), k], dim=2)
            v = torch.cat([past[1].expand(b, -1, -1, -1), v], dim=2)
        x = x + self.attn.mix(q, k, v, mask)
        return self.feed_forward(x), (k, v)


class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = RMSNorm(config.width, config.epsilon)
        cos, sin = rope_tables(config, torch.arange(config.context))
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, p in self.named_parameters():
            if name.endswith(("o.weight", "down.weight")):
                nn.init.zeros_(p)
            elif p.dim() == 2:
                nn.init.normal_(p, std=0.03 if "embedding" in name else p.shape[1] ** -0.5)
            elif name.endswith("bias"):
                nn.init.zeros_(p)

    def run(self, tokens, pasts=None, start=0, mask=None):
        """Hidden states [B, T, C] of `tokens` [B, T] at positions from `start`, and each block's
        keys and values. With `pasts`, `mask` must say what each token may see."""
        x = self.embedding(tokens)
        stop = start + tokens.shape[1]
        cos, sin = self.cos[start:stop].to(x.dtype), self.sin[start:stop].to(x.dtype)
        kept = []
        for i, block in enumerate(self.blocks):
            x, kv = block(x, cos, sin, mask, None if pasts is None else pasts[i])
            kept.append(kv)
        return x, kept

    def hidden(self, prefix, tokens):
        """Hidden states of `tokens` [B, T], each row preceded by the one `prefix` [P].

        The prefix is computed once for the whole batch: exact, since attention is causal."""
        if len(prefix) == 0:
            return self.run(tokens)[0]
        _, pasts = self.run(prefix[None])
        return self.run(tokens, pasts, len(prefix), prefix_mask(len(prefix), tokens.shape[1]))[0]

    def head(self, hidden):
        """Logits from hidden states; the output matrix is the embedding."""
        return F.linear(self.norm(hidden), self.embedding.weight)


def prefix_mask(prefix, length):
    """What `length` tokens after `prefix` tokens may see: [T, P + T], true = visible."""
    return torch.ones(length, prefix + length, dtype=torch.bool).tril(diagonal=prefix)
